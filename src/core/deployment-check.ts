import { checkCategories } from "./checks/categories.ts";
import { checkDirectory } from "./checks/directory.ts";
import { type CheckStep, checkSteps, type Finding, type Report } from "./checks/finding.ts";
import { checkPeople } from "./checks/people.ts";
import { checkPolicies } from "./checks/policy.ts";
import { checkRooms } from "./checks/rooms.ts";
import { type Survey, surveyOf } from "./checks/survey.ts";
import { checkTopology } from "./checks/topology.ts";
import type { State } from "./state.ts";

export { type CheckStep, checkSteps, type Finding, type Severity, severities } from "./checks/finding.ts";

const checks: Readonly<Record<CheckStep, (survey: Survey) => Iterable<Report>>> = {
  topology: checkTopology,
  directory: checkDirectory,
  policy: checkPolicies,
  category: checkCategories,
  rooms: checkRooms,
  people: checkPeople,
};

/**
 * What is missing or looks wrong in a deployment, in the order in which it is set up (semantics: deployed, now
 * what): on a fresh store the commands of the findings are a to-do list. What cannot be told without a directory
 * is not reported. Found as it is asked for; never throws on stored data.
 */
export function* checkDeployment(state: State): Iterable<Finding> {
  const survey = surveyOf(state);
  for (const step of checkSteps) {
    for (const { check, severity, object, facts, commands } of checks[step](survey)) {
      yield { check, step, severity, object, facts, commands };
    }
  }
}
