import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const runbook = {
  identity: "pchat.litwareinc.com\\Runbook",
  name: "Runbook",
  url: "https://runbook.litwareinc.com/",
};
const wiki = { identity: "pchat.litwareinc.com\\Wiki", name: "Wiki", url: "https://wiki.litwareinc.com/" };

async function withWiki(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("new-addin Wiki --url https://wiki.litwareinc.com/");
  return made;
}

test.each([
  ["", [runbook, wiki]],
  ["WIKI", [wiki]],
  ["Wiki runbook wiki", [wiki, runbook]],
  ["pchat.litwareinc.com/wiki", [wiki]],
  ["--filter '*oo*'", [runbook]],
  ["--filter 'x*'", []],
  ["--pool pchat.litwareinc.com", [runbook, wiki]],
  ["--sort -name", [wiki, runbook]],
])("get-addin %s", async (options, found) => {
  expect(await (await withWiki()).json(`get-addin ${options}`)).toEqual(found);
});

test("get-addin prints a table", async () => {
  expect(await (await withWiki()).pchat("get-addin")).toEqual({
    exitCode: 0,
    stdout:
      "Identity                      Url\n" +
      "────────────────────────────  ───────────────────────────────\n" +
      "pchat.litwareinc.com\\Runbook  https://runbook.litwareinc.com/\n" +
      "pchat.litwareinc.com\\Wiki     https://wiki.litwareinc.com/\n",
    stderr: "",
  });
});

test("get-addin reads names from stdin, and shows nothing where there are none", async () => {
  const made = await withWiki();
  expect(await made.pchat("get-addin - -o name", { stdin: "Wiki\n" })).toMatchObject({
    exitCode: 0,
    stdout: "pchat.litwareinc.com\\Wiki\n",
  });
  expect(await made.pchat("get-addin - -o name", { stdin: "" })).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
});

test("get-addin refuses a name that is not there, and one that two have", async () => {
  const made = await withWiki();
  expect(await made.pchat("get-addin Wiky")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: there is no add-in `Wiky`\nhint: did you mean `Wiki`?\nhint: see them all: pchat get-addin\n",
  });
  await made.pchat("new-pool two.litwareinc.com");
  await made.pchat("new-addin Wiki --pool two.litwareinc.com --url https://two.litwareinc.com/");
  expect(await made.pchat("get-addin Wiki")).toEqual({
    exitCode: 4,
    stdout: "",
    stderr:
      "error: 2 add-ins are named `Wiki`: `pchat.litwareinc.com\\Wiki`, `two.litwareinc.com\\Wiki`\n" +
      "hint: name one in full, or add --pool\n",
  });
  const env = { PCHAT_POOL: "two.litwareinc.com" };
  expect(await made.pchat("get-addin Wiki -o name", { env })).toMatchObject({
    stdout: "two.litwareinc.com\\Wiki\n",
  });
});
