import { defineCommand, flag, value } from "../src/cli/command.ts";
import { evaluateAccess, type Step } from "../src/core/access.ts";
import { DomainError } from "../src/core/errors.ts";
import { nameOfUser } from "../src/core/find-users.ts";
import { findInPool } from "../src/core/identity.ts";
import { roomActions } from "../src/core/outcome.ts";
import { type Access, everyAccess, peopleOf, roomsOf } from "../src/core/people.ts";
import type { State } from "../src/core/state.ts";
import { accessRow, accessView, accessViewInFull } from "../src/output/access-view.ts";

export default defineCommand({
  summary: "list who can find, join, read, post and manage, with the entry that gives it",
  group: "access",
  options: {
    room: value("everyone who can do something in this room", { placeholder: "name" }),
    user: value("every room in which this user can do something", { placeholder: "user" }),
    all: flag("every person in every room"),
    because: flag("add the trace: each step that was passed, and for each action the entry that gives it"),
  },
  examples: [
    { line: "pchat get-access --room Network", does: "who is in a room, and why" },
    { line: "pchat get-access --user 'Ken Myer' --because", does: "what a person can do, with the reasons" },
    { line: "pchat get-access --all -o csv", does: "the whole matrix, for an auditor" },
  ],
  check: ({ options: { room, user, all } }) => {
    if ([room !== undefined, user !== undefined, all].filter(Boolean).length === 1) return;
    throw new DomainError("missing-value", "`get-access` needs one of `--room`, `--user` and `--all`", {
      hint: { say: "see how it is used", commands: [["get-access", "--help"]] },
      details: { missing: ["--room", "--user", "--all"] },
    });
  },
  read: (state, { pool, options }, _, { serial }) => ({
    view: options.because ? accessViewInFull : accessView,
    rows: {
      *[Symbol.iterator]() {
        const moment = { serial, directoryDate: state.directory?.date ?? null };
        for (const access of accessFor(state, options, pool)) {
          yield accessRow(access, moment, options.because ? traceOf(state, access) : []);
        }
      },
    },
  }),
});

/** The reasoning for the last of the actions: its first steps are those of all. */
function traceOf(state: State, { user, room, grounds }: Access): readonly Step[] {
  const action = roomActions.findLast((each) => grounds.some((ground) => ground.action === each));
  return action === undefined ? [] : evaluateAccess(state, { user, room, action }).trace;
}

function accessFor(
  state: State,
  { room, user }: { readonly room: string | undefined; readonly user: string | undefined },
  pool: string | undefined,
): Iterable<Access> {
  if (room !== undefined) return peopleOf(state, findInPool(state, "rooms", room, { pool }));
  return user === undefined ? everyAccess(state) : roomsOf(state, nameOfUser(state, user));
}
