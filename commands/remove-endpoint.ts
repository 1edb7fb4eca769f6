import { defineCommand, ifExists, words } from "../src/cli/command.ts";
import { removeEndpoints } from "../src/core/endpoint.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "remove endpoints",
  group: "configuration",
  cmdlet: "Remove-CsPersistentChatEndpoint",
  argument: words("identity", "endpoints to remove, by SIP address or display name"),
  options: { "if-exists": ifExists },
  examples: [
    {
      line: "pchat get-endpoint --pool pchat.litwareinc.com -o name | pchat remove-endpoint - --yes",
      does: "remove all endpoints of a pool",
    },
  ],
  write: (draft, { words, options }) => removeEndpoints(draft, words, { ifExists: options["if-exists"] }),
  view: storedView("endpoints"),
});
