import type { AccessRequest, ListFacts, Step, StepName, Verdict } from "../core/access.ts";
import type { Reach, Rule, RuleFailure, RuleResult } from "../core/assertions.ts";
import type { EligiblePrincipal } from "../core/eligible.ts";
import type { Hint } from "../core/errors.ts";
import type { Access } from "../core/people.ts";
import { formOf } from "../core/principal-word.ts";
import { kebabCase } from "../core/property.ts";
import type { Obstacle, Remedies } from "../core/remedy.ts";
import type { Remedy } from "../core/remedy-trial.ts";
import { fold } from "../core/text.ts";
import { headerOf, type Row, type View } from "./view.ts";
import { warningWords } from "./wording.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });

/** The reasoning of a verdict, a row a step. */
export const traceView: View = {
  kind: "step",
  identity: "step",
  columns: [
    column("step"),
    column("outcome"),
    column("because"),
    column("list", false),
    column("entry", false),
    column("via", false),
  ],
};

const titles: Readonly<Record<StepName, string>> = {
  sip: "SIP enabled",
  policy: "policy",
  "room-enabled": "room in use",
  allowed: "allowed",
  "not-denied": "not denied",
  membership: "privacy and membership",
  auditorium: "auditorium and presenter",
  creator: "creator",
};

export const traceRows = (trace: readonly Step[]): Row[] => trace.map(traceRow);

function traceRow(step: Step): Row {
  const facts = factsOf(step);
  return {
    step: titles[step.step],
    outcome: step.outcome === "not-reached" ? "not reached" : step.outcome,
    because: step.outcome === "not-reached" ? "" : becauseOf(step),
    list: facts?.list ?? null,
    entry: facts?.entry ?? null,
    via: facts?.via ?? [],
  };
}

type Reached = Exclude<Step, { readonly outcome: "not-reached" }>;

function factsOf(step: Step): ListFacts | null {
  if (step.outcome === "not-reached") return null;
  if ("list" in step) return step;
  return "by" in step ? step.by : null;
}

const sipReasons = {
  enabled: "the account has an enabled SIP address",
  "no-directory": "no directory was imported: the address is taken at its word",
  "not-in-directory": "the directory has no such user",
  "not-a-user": "this is no user",
  "no-address": "the account has no SIP address",
  "not-enabled": "the account's SIP address is not enabled",
} as const;

function becauseOf(step: Reached): string {
  switch (step.step) {
    case "sip":
      return sipReasons[step.because];
    case "policy":
      return policyWords(step);
    case "room-enabled":
      return step.disabled
        ? step.needed
          ? "the room is disabled"
          : "the room is disabled, which does not matter here"
        : "the room is in use";
    case "membership":
      return step.by === null
        ? `the room is ${step.privacy}: being in scope is enough`
        : `the room is ${step.privacy}: ${listWords(step.by)}`;
    case "auditorium":
      return step.by === null ? `nothing to ask in a room of type ${step.type}` : listWords(step.by);
    default:
      return listWords(step);
  }
}

function policyWords(step: Reached & { step: "policy" }): string {
  if (step.policy === null) return `it cannot be told which applies: ${step.candidates.join(", ")}`;
  const scopes = {
    user: "granted to the user",
    site: `of the site ${step.site}`,
    global: "for all",
    unknown: "",
  };
  const enables = step.outcome === "passed" ? "enables" : "does not enable";
  return `policy ${step.policy}, ${scopes[step.from]}, ${enables} Persistent Chat`;
}

/** Which entry decided, and how it reaches the user. */
export function listWords({ object, list, entry, via }: ListFacts): string {
  const name = kebabCase(list).replaceAll("-", " ");
  if (entry === null) return `no entry of the ${name} of ${object} covers the user`;
  const chain = via.length === 0 ? "" : ` through ${via.join(", then ")}`;
  const how = formOf(entry) === "user" ? "named" : "covered";
  return `${how} by ${entry} in the ${name} of ${object}${chain}`;
}

const verdictWords = { allow: "allowed", deny: "denied", unknown: "cannot be told" } as const;

/** `sip:ana@… may not post in …`: the answer in one line. */
export const verdictLine = (request: AccessRequest, { decision }: Verdict): string =>
  `${verdictWords[decision]}: ${request.user} ${request.action} ${objectOf(request)}`;

const shownRemedies = 3;

/** What would change the answer, each way with what else it would do. */
export function remedyHints(
  { user }: AccessRequest,
  { decision }: Verdict,
  { remedies, obstacle }: Remedies,
): Hint[] {
  if (obstacle !== undefined) return [{ say: obstacleWords(obstacle) }];
  const lead = decision === "allow" ? "this would take it away" : "this would allow it";
  return remedies.slice(0, shownRemedies).map((remedy, index) => ({
    say: `${index === 0 ? lead : "or"}${alsoWords(remedy, user)}`,
    commands: remedy.commands,
  }));
}

type CommandLine = (words: readonly string[]) => string;

/** A question with everything that is known of it, for programs. */
export const verdictView: View = {
  kind: "verdict",
  identity: "decision",
  columns: ["user", "action", "object", "decision", "trace", "warnings", "obstacle", "remedies"].map((name) =>
    column(name),
  ),
};

/** The record of one question; all remedies are in it, not only those that are shown to people. */
export const verdictRecord = (
  request: AccessRequest,
  verdict: Verdict,
  remedies: Remedies,
  commandLine: CommandLine,
): Row => ({
  user: request.user,
  action: request.action,
  object: objectOf(request),
  ...verdictCells(verdict, remedies, commandLine),
});

const objectOf = (request: AccessRequest): string =>
  "room" in request ? request.room.identity : request.category.identity;

function verdictCells(verdict: Verdict, { remedies, obstacle }: Remedies, commandLine: CommandLine) {
  return {
    decision: verdict.decision,
    trace: verdict.trace.map(traceRecord),
    warnings: verdict.warnings.map((warning) => ({ code: warning.code, message: warningWords(warning) })),
    obstacle: obstacle === undefined ? null : obstacleWords(obstacle),
    remedies: remedies.map(({ commands, also, complete }) => ({
      commands: commands.map(commandLine),
      also: also.map((effect) => ({ ...effect })),
      complete,
    })),
  };
}

function traceRecord(step: Step): Row {
  const facts = factsOf(step);
  return {
    step: step.step,
    outcome: step.outcome,
    because: step.outcome === "not-reached" ? null : becauseOf(step),
    object: facts?.object ?? null,
    list: facts?.list ?? null,
    entry: facts?.entry ?? null,
    via: facts?.via ?? [],
  };
}

function obstacleWords(obstacle: Obstacle): string {
  if (obstacle.by === "sip") return `no command helps: ${sipReasons[obstacle.because]}`;
  return obstacle.by === "directory"
    ? "import an export of the directory, so that it can be told"
    : "no command helps: the room's category is missing";
}

function alsoWords({ also, complete }: Remedy, asked: string): string {
  const more = complete ? "" : "at least ";
  const parts = (
    [
      ["gains", "gives access to", "opens"],
      ["loses", "takes access from", "closes"],
    ] as const
  ).flatMap(([what, toOthers, toUser]) => {
    const some = also.filter((effect) => effect[what].length > 0);
    const others = new Set(some.map(({ user }) => fold(user)).filter((user) => user !== fold(asked))).size;
    const rooms = some.filter(({ user }) => fold(user) === fold(asked)).length;
    return [
      ...(others > 0 ? [`${toOthers} ${more}${others} ${others === 1 ? "other" : "others"}`] : []),
      ...(rooms > 0
        ? [`${toUser} ${more}${rooms} other ${rooms === 1 ? "room" : "rooms"} to this user`]
        : []),
    ];
  });
  return parts.length === 0 ? ", and nothing else" : ` (it also ${parts.join(", ")})`;
}

/** Who may do what where, a row a person and room. */
export const accessView: View = {
  kind: "access",
  identity: "user",
  columns: [
    column("user"),
    column("room"),
    column("can"),
    column("entry"),
    column("via"),
    column("because", false),
    column("serial", false),
    column("directoryDate", false),
  ],
};

/** With the whole reasoning, which tables show in the place of the single entry. */
export const accessViewInFull: View = {
  ...accessView,
  columns: [
    ...accessView.columns.map((each) => ({ ...each, inTable: each.name === "user" || each.name === "room" })),
    column("trace"),
  ],
};

export interface AccessMoment {
  readonly serial: number | null;
  readonly directoryDate: string | null;
}

/** Steps that are the same whatever a person does in a room. */
const common = new Set<StepName>(["sip", "policy", "room-enabled", "allowed", "not-denied"]);

/**
 * A row for one person in one room; `because` says for each action which entry gives it. With the steps of a trace
 * (of any of the actions) also how everything before that was passed.
 */
export function accessRow(
  { user, room, grounds }: Access,
  moment: AccessMoment,
  trace: readonly Step[] = [],
): Row {
  const last = grounds.at(-1)!;
  const because = grounds.map((ground) => `${ground.action}: ${listWords(ground)}`);
  return {
    user,
    room: room.identity,
    can: grounds.map(({ action }) => action),
    entry: last.entry,
    via: last.via,
    because,
    serial: moment.serial,
    directoryDate: moment.directoryDate,
    trace: [
      ...trace.filter(({ step }) => common.has(step)).map((step) => stepLine(traceRow(step))),
      ...because,
    ],
  };
}

export const eligibleView: View = {
  kind: "principal",
  identity: "principal",
  columns: [
    column("principal"),
    { ...column("principalType"), aliases: ["persistentChatPrincipalType"] },
    column("displayName"),
    column("entry"),
    column("via", false),
  ],
};

export const eligibleRow = ({ principal, type, displayName, entry, via }: EligiblePrincipal): Row => ({
  principal,
  principalType: type,
  displayName,
  entry,
  via,
});

/** What rules found wrong, a row a failure. */
export const ruleView: View = {
  kind: "failure",
  identity: "object",
  columns: [
    column("rule"),
    column("object"),
    column("user"),
    column("expected"),
    column("found"),
    column("because"),
  ],
};

export function ruleRow(failure: RuleFailure): Row {
  switch (failure.kind) {
    case "access": {
      const { rule, request, expected, verdict } = failure;
      const { user, action } = request;
      return {
        rule,
        object: objectOf(request),
        user,
        expected: `${verdictWords[expected]} ${action}`,
        found: `${verdictWords[verdict.decision]} ${action}`,
        because: traceRows(verdict.trace).map(stepLine),
      };
    }
    case "apart": {
      const { rule, object, left, right } = failure;
      const because = [...left, ...right].map(({ user, by }) => `${user} can ${by.join(" and ")}`);
      return { rule, object, user: null, expected: "apart", found: "together", because };
    }
    case "unknown": {
      const because = [notCovered];
      return {
        rule: failure.rule,
        object: failure.principal,
        user: null,
        expected: null,
        found: "cannot be told",
        because,
      };
    }
  }
}

/** A rule with everything that it found, for programs. */
export const ruleReportView: View = {
  kind: "rule",
  identity: "rule",
  columns: ["rule", "asked", "holds", "failures", "coversNobody"].map((name) => column(name)),
};

/** The record of one rule, counted from 1, with what it found wrong. */
export const ruleRecord = (
  rule: number,
  asked: Rule,
  { failures, idle }: RuleResult,
  remediesOf: (request: AccessRequest) => Remedies,
  commandLine: CommandLine,
): Row => ({
  rule,
  asked: askedCell(asked),
  holds: failures.length === 0,
  failures: failures.map((failure) => failureCell(failure, remediesOf, commandLine)),
  coversNobody: [...idle],
});

/** A rule as it is written in a file. */
function askedCell(asked: Rule): Row {
  if (asked.kind === "apart") return { apart: [...asked.apart] };
  const { who, where, action, expect } = asked;
  return { [who.as]: who.word, [where.as]: where.word, action, expect };
}

function failureCell(
  failure: RuleFailure,
  remediesOf: (request: AccessRequest) => Remedies,
  commandLine: CommandLine,
): Row {
  switch (failure.kind) {
    case "access": {
      const { request, verdict } = failure;
      return {
        kind: "access",
        user: request.user,
        action: request.action,
        object: objectOf(request),
        ...verdictCells(verdict, remediesOf(request), commandLine),
      };
    }
    case "apart": {
      const { object, left, right } = failure;
      return { kind: "apart", object, left: left.map(reachCell), right: right.map(reachCell) };
    }
    case "unknown":
      return { kind: "unknown", principal: failure.principal, obstacle: notCovered };
  }
}

const reachCell = ({ user, by }: Reach): Row => ({ user, by: [...by] });

const notCovered = "no directory was imported, so it cannot be told whom this covers";

const stepLine = ({ step, outcome, because }: Row): string =>
  `${step} ${outcome}${because === "" ? "" : `: ${because}`}`;
