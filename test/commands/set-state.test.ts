import { expect, test } from "vitest";
import { withPools } from "../support/settings.ts";
import { done, refused, tried } from "../support/tried.ts";

test("changes all pools that stdin names, in one change", async () => {
  const made = await withPools();
  expect(await tried(made, "get-state -o name | pchat set-state - --pool-state failedover")).toEqual(
    done(
      [
        "Identity                                PoolState",
        "──────────────────────────────────────  ──────────",
        "PersistentChatServer:pchat.contoso.com  FailedOver",
        "PersistentChatServer:p2.contoso.com     FailedOver",
        "",
      ].join("\n"),
      "updated 2 pools (serial 4)\n",
    ),
  );
});

test.each([
  [
    "an unknown state",
    "set-state p2.contoso.com --pool-state Down",
    2,
    "error: `--pool-state` takes `Normal` or `FailedOver`, not `Down`\nhint: did you mean `Normal` or `FailedOver`?\n",
  ],
  [
    "nothing to change",
    "set-state p2.contoso.com",
    6,
    "error: `set-state` was not told what to change\nhint: say it with --pool-state, or run it at a terminal, which asks; see all options with: pchat set-state --help\n",
  ],
  [
    "what else a pool has",
    "set-state p2.contoso.com --site Redmond",
    2,
    "error: `set-state` has no option `--site`\nhint: see its options: pchat set-state --help\n",
  ],
  [
    "no pool at all",
    "set-state --pool-state Normal",
    2,
    "error: `set-state` needs at least one <pool>\n" +
      "hint: pool: pools to change, also as PersistentChatServer:<fqdn>; - reads them from stdin, one a line; see: pchat set-state --help\n",
  ],
])("refuses %s, and writes nothing", async (_, line, exitCode, stderr) => {
  expect(await tried(await withPools(), line)).toEqual(refused(exitCode, stderr));
});
