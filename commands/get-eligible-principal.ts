import { defineCommand, flag, integerValue, value } from "../src/cli/command.ts";
import { eligiblePrincipals } from "../src/core/eligible.ts";
import { DomainError } from "../src/core/errors.ts";
import { findInPool } from "../src/core/identity.ts";
import { eligibleRow, eligibleView } from "../src/output/access-view.ts";

export default defineCommand({
  summary: "list who may be put into the rooms of a category, or into one room",
  group: "access",
  cmdlet: "Get-CsPersistentChatEligiblePrincipal",
  options: {
    category: value("category whose eligible people are wanted", { placeholder: "name" }),
    room: value("room whose eligible people are wanted", { placeholder: "name" }),
    presenters: flag("who may present, in the place of who may be a member or manager (auditoriums only)"),
    filter: value("only users whose SIP address matches, * and ? being wildcards", {
      placeholder: "pattern",
    }),
    "result-size": integerValue("at most so many; 0 gives none"),
  },
  examples: [
    {
      line: "pchat get-eligible-principal --category IT --filter 'sip:*myer*'",
      does: "people of a name who may be put into a category's rooms",
    },
    {
      line: "pchat get-eligible-principal --room Network -o name --result-size 10",
      does: "ten who may be put into a room",
    },
  ],
  check: ({ options: { category, room } }) => {
    if ((category === undefined) !== (room === undefined)) return;
    throw new DomainError("invalid-usage", "`get-eligible-principal` needs either `--category` or `--room`", {
      hint: { say: "see how it is used", commands: [["get-eligible-principal", "--help"]] },
      details: { missing: ["--category", "--room"] },
    });
  },
  read: (state, { pool, options }) => ({
    view: eligibleView,
    rows: eligiblePrincipals(state, {
      of:
        options.category === undefined
          ? { room: findInPool(state, "rooms", options.room!, { pool }) }
          : { category: findInPool(state, "categories", options.category, { pool }) },
      presenters: options.presenters,
      filter: options.filter,
      resultSize: options["result-size"],
    }).map(eligibleRow),
  }),
});
