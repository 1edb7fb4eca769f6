import { alwaysSo, defineCommand, flag, value, words } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { grantPolicy } from "../src/core/policy.ts";
import { grantView } from "../src/output/user-view.ts";

export default defineCommand({
  summary: "give users a policy, or take it away",
  group: "policies",
  cmdlet: "Grant-CsPersistentChatPolicy",
  argument: words("user", "users, in any form; a display name may hold * and ?"),
  options: {
    policy: value("policy to give", { placeholder: "name", names: "user-policy", aliases: ["policy-name"] }),
    "pass-thru": alwaysSo,
    none: flag("take the present policy away, so that the site's or Global applies"),
  },
  examples: [
    {
      line: "pchat grant-policy 'Ken Myer' 'LITWAREINC\\mariagudmundsdotti' --policy RedmondUsers",
      does: "give two users a policy",
    },
    {
      line: "pchat get-user --ldap-filter '(department=Legal)' -o name | pchat grant-policy - --policy RedmondUsers",
      does: "give a whole department a policy",
    },
    { line: "pchat grant-policy '* Myer' --none --yes", does: "take it away from everyone of that name" },
  ],
  check: ({ options: { policy, none } }) => {
    if ((policy === undefined) === !none) {
      throw new DomainError("missing-value", "`grant-policy` needs either `--policy` or `--none`", {
        hint: {
          say: "name the policy to give, or take the present one away with --none; see policies with",
          commands: [["get-policy"]],
        },
        details: { missing: ["--policy"] },
      });
    }
  },
  write: (draft, { words, options }) => grantPolicy(draft, words, { policy: options.policy }),
  view: grantView,
});
