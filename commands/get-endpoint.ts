import { defineCommand, integerValue, value, wordsOrAll } from "../src/cli/command.ts";
import { findEndpoints } from "../src/core/endpoint.ts";
import { storedView } from "../src/output/object-view.ts";

const { rowOf, view } = storedView("endpoints");

export default defineCommand({
  summary: "list endpoints: SIP addresses of pools for legacy clients",
  group: "configuration",
  cmdlet: "Get-CsPersistentChatEndpoint",
  argument: wordsOrAll("identity", "endpoints to show, by SIP address or display name"),
  options: {
    filter: value("only those whose SIP address or display name matches, * and ? being wildcards", {
      placeholder: "pattern",
    }),
    "result-size": integerValue("at most so many; 0 gives none"),
  },
  examples: [
    { line: "pchat get-endpoint", does: "all endpoints" },
    { line: "pchat get-endpoint --pool pchat.litwareinc.com -o json", does: "those of a pool, for a script" },
  ],
  read: (state, { words, all, pool, options }) => ({
    view,
    rows: findEndpoints(state, all ? undefined : words, {
      pool,
      filter: options.filter,
      resultSize: options["result-size"],
    }).map((object) => rowOf(state, object)),
  }),
});
