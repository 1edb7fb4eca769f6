import { expect, test } from "vitest";
import { withPools } from "../support/settings.ts";

test("lists all pools with their state", async () => {
  const made = await withPools();
  await made.pchat("set-state p2.contoso.com --pool-state FailedOver");
  expect(await made.pchat("get-state")).toEqual({
    exitCode: 0,
    stdout: [
      "Identity                                PoolState",
      "──────────────────────────────────────  ──────────",
      "PersistentChatServer:pchat.contoso.com  Normal",
      "PersistentChatServer:p2.contoso.com     FailedOver",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.each([
  ["p2.contoso.com", ["p2.contoso.com"]],
  ["PersistentChatServer:P2.contoso.com p2.contoso.com", ["p2.contoso.com"]],
  ["service:p2.contoso.com", ["p2.contoso.com"]],
  ["--pool p2.contoso.com", ["p2.contoso.com"]],
  ["--filter '*.contoso.com'", ["pchat.contoso.com", "p2.contoso.com"]],
  ["--filter 'PersistentChatServer:p2*'", ["p2.contoso.com"]],
  ["--filter 'p2*'", ["p2.contoso.com"]],
  ["--filter 'contoso'", []],
])("get-state %s", async (words, pools) => {
  expect(await (await withPools()).pchat(`get-state ${words} -o name`)).toEqual({
    exitCode: 0,
    stdout: pools.map((pool) => `PersistentChatServer:${pool}\n`).join(""),
    stderr: "",
  });
});

test("an unknown pool is not found", async () => {
  expect(await (await withPools()).pchat("get-state p3.contoso.com")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: there is no pool `p3.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
  });
});
