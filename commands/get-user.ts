import { booleanValue, defineCommand, value, wordsOrAll } from "../src/cli/command.ts";
import { findUsers } from "../src/core/find-users.ts";
import { again } from "../src/core/sequence.ts";
import { userRow, userView } from "../src/output/user-view.ts";

export default defineCommand({
  summary: "list users of the directory, each with the policy that applies",
  group: "directory",
  cmdlet: "Get-CsUser",
  argument: wordsOrAll("identity", "users to show"),
  options: {
    filter: value(
      "only users whose display name, SIP address or logon name matches, * and ? being wildcards",
      {
        placeholder: "pattern",
      },
    ),
    "ldap-filter": value("only users that an LDAP filter (RFC 4515) matches", { placeholder: "filter" }),
    "sip-enabled": booleanValue(
      "only users with, or without, an enabled SIP address (default true, unless users are named)",
    ),
    policy: value("only users who were granted this policy; none for those without one", {
      placeholder: "name|none",
    }),
  },
  examples: [
    { line: "pchat get-user 'María Guðmundsdóttir' -o list", does: "one user, in full" },
    { line: "pchat get-user --filter '*myer*'", does: "users by part of a name" },
    {
      line: "pchat get-user --ldap-filter '(&(department=IT)(!(cn=A*)))' -o name",
      does: "SIP addresses of a department, some left out",
    },
    { line: "pchat get-user --policy none", does: "users without a policy of their own" },
  ],
  prepare: async ({ options }, { loadDirectoryReader }) => {
    const text = options["ldap-filter"];
    return text === undefined ? undefined : (await loadDirectoryReader()).compileFilter(text);
  },
  read: (state, { words, all, options }, matches) => {
    const users = findUsers(state, all ? undefined : words, {
      filter: options.filter,
      policy: options.policy,
      sipEnabled: options["sip-enabled"],
      matches,
    });
    return {
      view: userView,
      rows: again(function* () {
        for (const user of users) yield userRow(state, user);
      }),
    };
  },
});
