import { describe, expect, test } from "vitest";
import { completionShells } from "../../src/cli/completion-scripts.ts";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { tried } from "../support/tried.ts";

/** What can stand at the end of these words, the last of which is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const made = await deployed();
  const [current, ...before] = [words.at(-1)!, ...words.slice(0, -1)];
  const run = await made.run(["completion", "--for", "fish", `:${current}`, ...before]);
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: "" });
  return run.stdout.split("\n").slice(0, -1);
}

const names = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await offered(...words)).map((line) => line.split("\t")[0]!);

describe("offers", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["commands", ["get-ro"], ["get-room"]],
    ["topics", ["help", "exit"], ["exit-codes"]],
    ["shells", ["completion", ""], ["bash", "fish", "powershell", "zsh"]],
    ["names of rooms", ["set-room", "he"], ["Help Desk"]],
    [
      "identities for those who begin with the pool",
      ["set-room", "pchat.litwareinc.com\\N"],
      ["pchat.litwareinc.com\\Network"],
    ],
    ["the cmdlet's name for the command's", ["Get-CsPersistentChatRoom", "N"], ["Network"]],
    ["values of a choice", ["set-room", "--privacy", ""], ["Closed", "Open", "Secret"]],
    ["values behind an equals sign", ["set-room", "--privacy=S"], ["--privacy=Secret"]],
    ["formats", ["get-room", "-o", "js"], ["json"]],
    ["categories", ["new-room", "X", "--category", "T"], ["Trading"]],
    ["policies", ["grant-policy", "--policy", "R"], ["RedmondUsers"]],
    ["pools", ["get-room", "--pool", ""], ["pchat.litwareinc.com"]],
    ["people by name", ["set-room", "--add-members", "ana my"], ["Ana Myer"]],
    ["people by address", ["set-room", "--add-members", "sip:anamy"], ["sip:anamyer@litwareinc.com"]],
    [
      "groups",
      ["set-room", "--add-members", "CN=Trading F"],
      ["CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com"],
    ],
    ["no groups where only users fit", ["grant-policy", "CN=Trading F"], []],
    ["options that were not given yet", ["get-room", "--category", "IT", "--ca"], []],
    ["lists again", ["set-room", "--add-members", "x", "--add-mem"], ["--add-members"]],
    ["words only after --", ["set-room", "--", "--priv"], []],
    ["nothing for a name that does not exist yet", ["new-room", ""], []],
    ["nothing for an unknown command", ["no-such-command", ""], []],
  ])("%s", async (_, words, wanted) => {
    expect(await names(...words)).toEqual(wanted);
  });

  test("what each is", async () => {
    expect(await offered("set-room", "--privacy", "O")).toEqual([
      "Open\tOpen: all in scope find and join; Closed: all in scope find, members join; Secret: members only",
    ]);
    expect(await offered("set-room", "Net")).toEqual(["Network\troom"]);
  });

  test("names of the store that the line means", async () => {
    const made = await deployed();
    await made.pchat("new-store --store other.json -q");
    await made.pchat("new-pool p.example.com --store other.json -q");
    const line = ["completion", "--for", "zsh", ":", "get-pool", "--store", "other.json"];
    expect((await made.run(line)).stdout).toBe("p.example.com\tpool\n");
    const inEnv = { env: { PCHAT_STORE: "other.json" } };
    expect((await made.run(["completion", "--for", "zsh", ":", "get-pool"], inEnv)).stdout).toBe(
      "p.example.com\tpool\n",
    );
  });

  test("few of many, with what all have in common", async () => {
    const made = await deployed();
    const lines = Array.from({ length: 300 }, (_, i) => `Room ${String(i).padStart(3, "0")}`);
    for (const name of ["Room 000", "Room 299"]) await made.pchat(`new-room '${name}' --category IT -q`);
    expect(lines.length).toBe(300);
    expect(await made.run(["completion", "--for", "fish", ":Room", "get-room"])).toMatchObject({
      stdout: "Room 000\troom\nRoom 299\troom\n",
    });
  });

  test("nothing without a store, or with a damaged one", async () => {
    const made = bench();
    expect(await tried(made, "completion --for fish : get-room")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
      wrote: false,
    });
  });

  test("bash the rest of a word as it continues there", async () => {
    const made = await deployed();
    const run = (line: string) => made.run(["completion", "--for", "bash", line, " \t\n\"'@><=;|&(:"]);
    expect((await run("pchat set-room 'pchat.litwareinc.com\\He")).stdout).toBe(
      "pchat.litwareinc.com\\Help Desk\n",
    );
    expect((await run("pchat set-room --add-members sip:anamyer")).stdout).toBe("anamyer@litwareinc.com\n");
  });

  test("PowerShell words in its quotes", async () => {
    const made = await deployed();
    const run = await made.run(["completion", "--for", "powershell", ":he", "set-room"]);
    expect(run.stdout).toBe("'Help Desk'\troom\n");
  });
});

describe("pchat completion", () => {
  test.each(completionShells)(
    "%s prints a script that registers pchat and asks with --for",
    async (shell) => {
      const run = await bench().pchat(`completion ${shell}`);
      expect({ ...run, stdout: "" }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      expect(run.stdout).toMatch(/^#.*pchat/);
      expect(run.stdout).toContain(`completion --for ${shell} `);
    },
  );

  test.each(["completion", "completion tcsh", "completion bash x"])("refuses %j", async (line) => {
    expect(await bench().pchat(line)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: `completion` takes the name of a shell\nhint: one of bash, zsh, fish, powershell; how to install it is in: pchat help completion\n",
    });
  });

  test("has a topic of its own as help", async () => {
    const topic = await bench().pchat("help completion");
    expect(topic.stdout).toContain("pchat completion bash");
    expect(await bench().pchat("completion --help")).toEqual(topic);
  });
});
