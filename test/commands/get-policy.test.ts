import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";

async function withPolicies(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-site Redmond");
  await made.pchat("new-policy site:Redmond --enable-persistent-chat true");
  await made.pchat("new-policy ChatUsers --description 'Traders'");
  return made;
}

test("lists all policies", async () => {
  const made = await withPolicies();
  expect(await made.pchat("get-policy")).toEqual({
    exitCode: 0,
    stdout: [
      "Identity      Description  EnablePersistentChat",
      "────────────  ───────────  ────────────────────",
      "Global                     false",
      "site:Redmond               true",
      "ChatUsers     Traders      false",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.each([
  { line: "get-policy chatusers -o name", names: "ChatUsers\n" },
  { line: "get-policy tag:ChatUsers ChatUsers -o name", names: "ChatUsers\n" },
  { line: "get-policy SITE:redmond global -o name", names: "site:Redmond\nGlobal\n" },
  { line: "get-policy --filter 'site:*' -o name", names: "site:Redmond\n" },
  { line: "get-policy --sort -identity -o name", names: "site:Redmond\nGlobal\nChatUsers\n" },
])("$line", async ({ line, names }) => {
  expect(await (await withPolicies()).pchat(line)).toEqual({ exitCode: 0, stdout: names, stderr: "" });
});

test("gives every property under -o json", async () => {
  const made = await withPolicies();
  expect(await made.json("get-policy ChatUsers")).toEqual([
    { identity: "ChatUsers", description: "Traders", enablePersistentChat: false },
  ]);
});

test("an unknown policy gets a did-you-mean", async () => {
  const made = await withPolicies();
  expect(await made.pchat("get-policy ChatUser")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: there is no policy `ChatUser`\nhint: did you mean `ChatUsers`?\nhint: see them all: pchat get-policy\n",
  });
});
