import { describe, expect, test } from "vitest";
import { type AnyCommand, commandGroups } from "../../src/cli/command.ts";
import { exitCode as exitCodes } from "../../src/cli/exit-code.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import { allOptions } from "../../src/cli/parse.ts";
import { topics } from "../../src/cli/topics.ts";
import { type Bench, bench, type Run } from "../support/cli.ts";

const source = commandsIn(new URL("../../commands/", import.meta.url));
const commands = await Promise.all(
  source.names.map(async (name) => ({ name, definition: (await source.load(name)) as AnyCommand })),
);

/** Runs a line in an empty folder: help needs no store, and makes none. */
async function help(line: string): Promise<Run> {
  const made: Bench = bench();
  const run = await made.pchat(line);
  expect(made.files()).toEqual({});
  return run;
}

describe("the overview", () => {
  test.each(["", "--help", "-h", "help", "help --help"])("pchat %s", async (line) => {
    const { exitCode, stdout, stderr } = await help(line);
    expect({ exitCode, stderr, first: stdout.split("\n").slice(0, 4) }).toEqual({
      exitCode: 0,
      stderr: "",
      first: [
        "pchat administers a model of Persistent Chat (Lync Server 2013, Skype for Business Server) in a JSON file.",
        "No server changes by it.",
        "",
        "usage: pchat <command> [words] [options]",
      ],
    });
  });

  test("lists every command once, under the heading of its noun", async () => {
    const { stdout } = await help("--help");
    const headings = stdout.split("\n\n").slice(2, -2);
    const listed = headings.map((text) =>
      text
        .split("\n")
        .slice(1)
        .flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []),
    );
    const wanted = commandGroups
      .map((group) => commands.filter(({ definition }) => definition.group === group).map(({ name }) => name))
      .filter((names) => names.length > 0);
    expect(listed).toEqual(wanted);
    expect(headings.map((text) => text.split("\n")[0])).toContain("Pools, servers and sites:");
  });

  test("says what each command does", async () => {
    const { stdout } = await help("--help");
    for (const { name, definition } of commands) {
      expect(stdout.replace(/\s+/g, " ")).toContain(`${name} ${definition.summary}`);
    }
  });
});

describe("topics", () => {
  test.each(topics)("pchat help $name", async ({ name, text }) => {
    const { exitCode, stdout, stderr } = await help(`help ${name.toUpperCase()}`);
    const squeezed = (some: string): string => some.replace(/\s+/g, " ").trim();
    expect({ exitCode, text: squeezed(stdout), stderr }).toEqual({
      exitCode: 0,
      text: squeezed(text()),
      stderr: "",
    });
    expect(stdout.split("\n").filter((line) => /^\S/.test(line) && line.length > 100)).toEqual([]);
  });

  test("are those that the overview names", async () => {
    expect(topics.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["exit-codes", "environment", "output", "principals", "quoting"]),
    );
    expect((await help("")).stdout.replace(/\s+/g, " ")).toContain(
      `help <topic> on ${topics.map(({ name }) => name).join(", ")}`,
    );
  });

  test("exit-codes explains each code", async () => {
    const { stdout } = await help("help exit-codes");
    const explained = stdout.split("\n").flatMap((line) => /^ +(\d+) {2}\S/.exec(line)?.[1] ?? []);
    expect(explained.map(Number)).toEqual(Object.values(exitCodes).sort((a, b) => a - b));
  });

  test.each([
    { word: "exit-code", meant: ["hint: did you mean `exit-codes`?"] },
    { word: "new-polcy", meant: ["hint: did you mean `new-policy`?"] },
    { word: "nope", meant: [] },
  ])("an unknown one exits 2: $word", async ({ word, meant }) => {
    expect(await help(`help ${word}`)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: [
        `error: there is no help on \`${word}\``,
        ...meant,
        `hint: topics are ${topics.map(({ name }) => name).join(", ")}; commands are listed by: pchat --help`,
        "",
      ].join("\n"),
    });
  });
});

describe("help on a command", () => {
  test("new-site, whole", async () => {
    const { exitCode, stdout, stderr } = await help("new-site --help");
    const [own, everywhere = ""] = stdout.split("Options of every command:");
    expect({ exitCode, own, examples: everywhere.slice(everywhere.indexOf("Examples:")), stderr }).toEqual({
      exitCode: 0,
      own: [
        "Usage: pchat new-site [options] <name>",
        "",
        "declare a site, so that it may have a policy",
        "",
        "Arguments:",
        "  name                                                      name of the site",
        "",
        "Options:",
        "  --if-not-exists                                           take an object that exists already as it is",
        "  -h, --help                                                show this help",
        "",
        "",
      ].join("\n"),
      examples: "Examples:\n  # declare a site; a pool's --site does so too\n  pchat new-site Dublin\n",
      stderr: "",
    });
  });

  test.each(commands)(
    "$name names every option, every example and its cmdlet",
    async ({ name, definition }) => {
      const { exitCode, stdout, stderr } = await help(`${name} --help`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const shown = stdout
        .split("\n")
        .flatMap((line) => /^ {2}(?:-\w, )?--([a-z0-9-]+)/.exec(line)?.[1] ?? []);
      const options = Object.entries(allOptions(definition)).filter(([, { isHidden }]) => isHidden !== true);
      expect(new Set(shown)).toEqual(new Set([...options.map(([key]) => key), "help"]));
      expect(shown.length).toBe(new Set(shown).size);
      for (const { line } of definition.examples) expect(stdout).toContain(`\n  ${line}\n`);
      if (definition.cmdlet !== undefined) expect(stdout).toContain(`\nCmdlet: ${definition.cmdlet}\n`);
      expect(stdout.split("\n").filter((line) => /\s$/.test(line))).toEqual([]);
    },
  );

  test("three ways to ask for the same", async () => {
    const asked = await Promise.all(["new-site --help", "new-site -h", "help new-site"].map(help));
    expect(new Set(asked.map(({ stdout }) => stdout)).size).toBe(1);
  });

  test("asked for among other words, it does not run the command", async () => {
    expect(await help("new-store --help")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await help("new-site Oslo --help")).toEqual(await help("new-site --help"));
  });
});

test.each(["--version", "-V"])("pchat %s", async (line) => {
  expect(await help(line)).toEqual({ exitCode: 0, stdout: "0.0.0-test\n", stderr: "" });
});
