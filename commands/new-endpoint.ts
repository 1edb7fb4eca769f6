import { alwaysSo, defineCommand, ifNotExists, oneWord } from "../src/cli/command.ts";
import { newEndpoint } from "../src/core/endpoint.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "give a pool a SIP address of its own, for legacy clients",
  group: "configuration",
  cmdlet: "New-CsPersistentChatEndpoint",
  argument: oneWord("sip-address", "SIP address of the endpoint"),
  properties: { collection: "endpoints", on: "new" },
  options: { "if-not-exists": ifNotExists, "pass-thru": alwaysSo },
  examples: [
    {
      line: "pchat new-endpoint sip:groupchat@litwareinc.com --display-name 'Group Chat'",
      does: "a friendly address for the only pool",
    },
  ],
  notes: [
    "Only legacy Group Chat clients need one, and one for each pool is enough: newer clients learn of the pool from their policy.",
  ],
  write: (draft, { words, patch, pool, options }) =>
    newEndpoint(draft, words[0]!, patch, { pool, ifNotExists: options["if-not-exists"] }),
  view: storedView("endpoints"),
});
