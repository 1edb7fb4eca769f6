import { choiceOf, defineCommand, type ReadMoment, type ReadResult, value } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import { type AccessRequest, evaluateAccess } from "../src/core/access.ts";
import { evaluateRules, type Rule, type RuleResult, readRules } from "../src/core/assertions.ts";
import { DomainError } from "../src/core/errors.ts";
import { nameOfUser } from "../src/core/find-users.ts";
import { findInPool } from "../src/core/identity.ts";
import { roomActions } from "../src/core/outcome.ts";
import { remediesFor } from "../src/core/remedy.ts";
import type { State } from "../src/core/state.ts";
import {
  remedyHints,
  ruleRecord,
  ruleReportView,
  ruleRow,
  ruleView,
  traceRows,
  traceView,
  verdictLine,
  verdictRecord,
  verdictView,
} from "../src/output/access-view.ts";

export default defineCommand({
  summary: "tell whether a user may do something in a room, why, and what would change it",
  group: "access",
  argument: { name: "user", meaning: "the user, then the room", minimum: 0, maximum: 2, stdin: false },
  options: {
    action: choiceOf(
      [...roomActions, "create-room"],
      "what is asked (default join; create-room with --category)",
    ),
    file: value("rules to check in the place of one question, as YAML or JSON", { placeholder: "file" }),
    category: value("category in which a room would be created, in the place of a room", {
      placeholder: "name",
    }),
  },
  examples: [
    {
      line: "pchat test-access 'Ken Myer' 'Help Desk' --action manage",
      does: "may this person manage the room, and by which entry",
    },
    {
      line: "pchat test-access 'Ken Myer' --category IT",
      does: "may this person create rooms in the category",
    },
  ],
  notes: [
    "--file takes a list of rules: { user: 'Ken Myer', room: 'Help Desk', action: join, expect: allow }, where group or container may stand for user and category for room; and { apart: ['CN=…', 'CN=…'] }: no one of the first shares a room with anyone of the second. What does not hold is listed with its reasoning, and ends with exit code 10.",
    "Ends with exit code 0 where it is allowed, and 10 where it is denied or cannot be told. The commands at the end change the answer when they are run in that order: they let the user in, or take away what is allowed.",
    "-o ndjson gives one object for the question, and -o json and yaml an array that holds it: { user, action, object, decision: allow|deny|unknown, trace: [{ step, outcome, because, object, list, entry, via }], warnings, obstacle, remedies: [{ commands, also: [{ user, room, gains, loses }], complete }] }, where also is what else the commands would change (twenty at most; complete says whether that is all) and obstacle is why no command helps. With --file they give one for each rule, whether it holds or not: { rule, asked, holds, failures, coversNobody }, each failure with the same keys as a question, or with both sides of a wall and what they reach.",
  ],
  check: ({ words, options }) => {
    if (isQuestion(words, options)) return;
    throw new DomainError(
      "invalid-usage",
      "`test-access` takes a user and a room, a user and `--category`, or `--file`",
      {
        hint: { say: "see how it is used", commands: [["test-access", "--help"]] },
      },
    );
  },
  prepare: async ({ options: { file } }, { readDocument }) =>
    file === undefined ? undefined : readRules(await readDocument(file), file),
  read: (state, { words, pool, options }, rules, { commandLine }) => {
    if (rules !== undefined) return checked(state, rules, evaluateRules(state, rules, { pool }), commandLine);
    const request = requestFor(state, words, options, pool);
    const verdict = evaluateAccess(state, request);
    const remedies = remediesFor(state, request);
    return {
      view: traceView,
      rows: traceRows(verdict.trace),
      records: { view: verdictView, rows: [verdictRecord(request, verdict, remedies, commandLine)] },
      warnings: verdict.warnings,
      hints: [{ say: verdictLine(request, verdict) }, ...remedyHints(request, verdict, remedies)],
      exitCode: verdict.decision === "allow" ? exitCode.done : exitCode.verdict,
    };
  },
});

interface Asked {
  readonly action: string | undefined;
  readonly category: string | undefined;
  readonly file: string | undefined;
}

function isQuestion(words: readonly string[], { action, category, file }: Asked): boolean {
  if (file !== undefined) return words.length === 0 && action === undefined && category === undefined;
  const aboutCategory = words.length === 1 && (action ?? "create-room") === "create-room";
  return category === undefined ? words.length === 2 && action !== "create-room" : aboutCategory;
}

function checked(
  state: State,
  rules: readonly Rule[],
  results: readonly RuleResult[],
  commandLine: ReadMoment["commandLine"],
): ReadResult {
  const failures = results.flatMap((result) => result.failures);
  const found = failures.length === 0 ? "all hold" : `${failures.length} found wrong`;
  const remediesOf = (request: AccessRequest) => remediesFor(state, request);
  return {
    view: ruleView,
    rows: failures.map(ruleRow),
    records: {
      view: ruleReportView,
      rows: {
        *[Symbol.iterator]() {
          for (const [index, rule] of rules.entries()) {
            yield ruleRecord(index + 1, rule, results[index]!, remediesOf, commandLine);
          }
        },
      },
    },
    warnings: [
      ...results.flatMap(({ idle }, index) =>
        idle.map((principal) => ({ code: "idle-rule", rule: index + 1, principal }) as const),
      ),
    ],
    hints: [{ say: `${rules.length} ${rules.length === 1 ? "rule" : "rules"}: ${found}` }],
    exitCode: failures.length === 0 ? exitCode.done : exitCode.verdict,
  };
}

function requestFor(
  state: State,
  [user, room]: readonly string[],
  options: Asked,
  pool: string | undefined,
): AccessRequest {
  const who = nameOfUser(state, user!);
  if (options.category !== undefined) {
    return {
      user: who,
      action: "create-room",
      category: findInPool(state, "categories", options.category, { pool }),
    };
  }
  const action = roomActions.find((known) => known === options.action) ?? "join";
  return { user: who, action, room: findInPool(state, "rooms", room!, { pool }) };
}
