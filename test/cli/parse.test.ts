import { describe, expect, test } from "vitest";
import type { AnyCommand } from "../../src/cli/command.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import { allOptions } from "../../src/cli/parse.ts";
import { type Bench, bench } from "../support/cli.ts";

const source = commandsIn(new URL("../../commands/", import.meta.url));
const commands = await Promise.all(
  source.names.map(async (name) => ({ name, definition: (await source.load(name)) as AnyCommand })),
);
const valued = commands.flatMap(({ name, definition }) =>
  Object.entries(allOptions(definition))
    .filter(([, spec]) => spec.kind !== "switch")
    .map(([option, spec]) => ({ name, option, kind: spec.kind })),
);

async function made(): Promise<Bench> {
  const own = bench();
  await own.pchat("new-store");
  await own.pchat("new-site Oslo");
  return own;
}

/** What a line comes to that must be refused: it must write nothing, and print nothing to stdout. */
async function refusal(line: string): Promise<{ exitCode: number; error: string; hints: string[] }> {
  const own = await made();
  const before = own.files();
  const { exitCode, stdout, stderr } = await own.pchat(line);
  expect({ stdout, files: own.files() }).toEqual({ stdout: "", files: before });
  const [error = "", ...hints] = stderr.trimEnd().split("\n");
  return { exitCode, error, hints };
}

describe("every option that takes a value takes exactly one", () => {
  test.each(valued)("$name --$option without one exits 2", async ({ name, option }) => {
    const own = bench();
    const { exitCode, stdout, stderr } = await own.run([name, `--${option}`]);
    expect({ exitCode, stdout, error: stderr.split("\n")[0] }).toEqual({
      exitCode: 2,
      stdout: "",
      error: `error: \`--${option}\` takes a value`,
    });
  });

  test.each(valued)("$name --$option does not take an option for its value", async ({ name, option }) => {
    const own = bench();
    const { exitCode, stdout, stderr } = await own.run([name, `--${option}`, "--yes"]);
    expect({ exitCode, stdout, error: stderr.split("\n")[0] }).toEqual({
      exitCode: 2,
      stdout: "",
      error: `error: \`--${option}\` takes a value, and \`--yes\` is an option`,
    });
  });

  test.each([
    { line: "new-policy X --description a --description b", option: "--description" },
    { line: "new-policy X --description=a --description=b", option: "--description" },
    {
      line: "new-policy X --enable-persistent-chat true --enable-persistent-chat true",
      option: "--enable-persistent-chat",
    },
    { line: "get-site -o name --output json", option: "--output" },
    { line: "get-site --store pchat.json --store pchat.json", option: "--store" },
  ])("$line: given twice", async ({ line, option }) => {
    // -o json among the words would put the error in JSON.
    const { exitCode, error } = await refusal(line.replace("json", "csv"));
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: `error: \`${option}\` was given twice` });
  });

  test("a switch may be repeated, and a list grows", async () => {
    const own = await made();
    expect(await own.pchat("new-site Oslo --if-not-exists --if-not-exists -o name -q -q")).toEqual({
      exitCode: 0,
      stdout: "Oslo\n",
      stderr: "",
    });
    await own.pchat("new-pool pchat.contoso.com");
    await own.pchat("new-category C --allowed-members contoso.com --allowed-members=fabrikam.com");
    expect(await own.json("get-category C --fields allowedMembers")).toEqual([
      { allowedMembers: ["contoso.com", "fabrikam.com"] },
    ]);
  });
});

describe("values that look like options", () => {
  test.each([
    { words: ["--description=-v"], description: "-v" },
    { words: ["--description", "-yes please"], description: "-yes please" },
    { words: ["--description=--force"], description: "--force" },
    { words: ["--description=a=b"], description: "a=b" },
    { words: ["--description", "a=b, c"], description: "a=b, c" },
    { words: ["--description", "--no such option"], description: "--no such option" },
  ])("$words", async ({ words, description }) => {
    const own = await made();
    const { exitCode, stdout } = await own.run(["new-policy", "X", ...words, "-o", "json"]);
    expect({ exitCode, after: JSON.parse(stdout).changes[0].after }).toEqual({
      exitCode: 0,
      after: { identity: "X", description, enablePersistentChat: false },
    });
  });

  test.each(["--force", "--force=1", "--dry-run", "--store=x.json", "-y", "-o", "-h", "--help"])(
    "an option takes no other option for its value: --description %s",
    async (next) => {
      expect(await refusal(`new-policy X --description ${next}`)).toEqual({
        exitCode: 2,
        error: `error: \`--description\` takes a value, and \`${next}\` is an option`,
        hints: [`hint: write --description=${next} if that is meant`],
      });
    },
  );

  test("a name that begins with a dash comes after --", async () => {
    const own = await made();
    expect(await own.pchat("new-site -o name -q -- -north-")).toEqual({
      exitCode: 0,
      stdout: "-north-\n",
      stderr: "",
    });
  });
});

describe("booleans", () => {
  test.each(["true", "TRUE", "$true", "false", "$False"])("take %s", async (word) => {
    const own = await made();
    const { stdout } = await own.run(["new-policy", "X", "--enable-persistent-chat", word, "-o", "json"]);
    expect(JSON.parse(stdout).changes[0].after.enablePersistentChat).toBe(/true/i.test(word));
  });

  test.each([
    { line: "new-policy X --enable-persistent-chat", error: "takes a value" },
    { line: "new-policy X --enable-persistent-chat --yes", error: "takes a value, and `--yes` is an option" },
  ])("$line: a bare one says what the shell did", async ({ line, error }) => {
    expect(await refusal(line)).toEqual({
      exitCode: 2,
      error: `error: \`--enable-persistent-chat\` ${error}`,
      hints: [
        "hint: write --enable-persistent-chat true or --enable-persistent-chat false; an unquoted $false is nothing at all in bash",
      ],
    });
  });

  test.each(["maybe", "1", "yes", ""])("refuse `%s`", async (word) => {
    const own = await made();
    const before = own.files();
    expect(await own.run(["new-policy", "X", "--enable-persistent-chat", word])).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: \`--enable-persistent-chat\` takes \`true\` or \`false\`, not \`${word}\`\n`,
    });
    expect(own.files()).toEqual(before);
  });
});

describe("what is not known", () => {
  const overview = "hint: see all commands: pchat --help";
  test.each([
    {
      line: "new-policy X --descripton x",
      error: "error: `new-policy` has no option `--descripton`",
      hints: ["hint: did you mean `--description`?", "hint: see its options: pchat new-policy --help"],
    },
    {
      line: "new-site -x",
      error: "error: `new-site` has no option `-x`",
      hints: ["hint: see its options: pchat new-site --help"],
    },
    {
      line: "new-polcy X",
      error: "error: there is no command `new-polcy`",
      hints: ["hint: did you mean `new-policy`?", overview],
    },
    {
      line: "new-polcy X --help",
      error: "error: there is no command `new-polcy`",
      hints: ["hint: did you mean `new-policy`?", overview],
    },
    {
      line: "New-CsPersistentChatPolcy",
      error: "error: there is no command `New-CsPersistentChatPolcy`",
      hints: ["hint: did you mean `new-policy`?", overview],
    },
    {
      line: "--store pchat.json get-site",
      error: "error: `--store` stands before the command: options come after it",
      hints: [overview],
    },
    {
      line: "-q get-site",
      error: "error: `-q` stands before the command: options come after it",
      hints: [overview],
    },
    {
      line: "get-site -o yes",
      error:
        "error: `--output` takes `table`, `list`, `json`, `ndjson`, `yaml`, `csv`, `name` or `none`, not `yes`",
      hints: [],
    },
    {
      line: "get-site --store ''",
      error: "error: `--store` takes the name of a file, not an empty word",
      hints: [],
    },
    {
      line: "new-site Bergen --lock-timeout soon",
      error: "error: `--lock-timeout` takes a whole number from 0 to 86400, not `soon`",
      hints: [],
    },
    {
      line: "new-site Head office",
      error: "error: `new-site` does not take `office`",
      hints: [
        "hint: quote words that belong together, and options take one value each; see: pchat new-site --help",
      ],
    },
    {
      line: "new-site",
      error: "error: `new-site` needs a <name>",
      hints: ["hint: name: name of the site; see: pchat new-site --help"],
    },
  ])("$line exits 2", async ({ line, error, hints }) => {
    expect(await refusal(line)).toEqual({ exitCode: 2, error, hints });
  });
});

describe("under -o json a line that cannot be parsed is one object on stderr", () => {
  const unknownOption = {
    code: "unknown-option",
    message: "`new-policy` has no option `--descripton`",
    hint: "did you mean `--description`?; see its options: pchat new-policy --help",
    details: { option: "--descripton" },
    exitCode: 2,
  };
  test.each([
    { line: "new-policy X --descripton x -o json", error: unknownOption },
    { line: "new-policy X -o json --descripton x", error: unknownOption },
    { line: "new-policy X -o JSON --descripton x", error: unknownOption },
    { line: "new-policy X --output=json --descripton x", error: unknownOption },
    { line: "new-policy X -ojson --descripton x", error: unknownOption },
    { line: "new-policy X -qo json --descripton x", error: unknownOption },
    {
      line: "new-policy -o json",
      error: {
        code: "missing-value",
        message: "`new-policy` needs a <identity>",
        hint: "identity: site:<name>, or a name of its own; see: pchat new-policy --help",
        details: { missing: ["identity"] },
        exitCode: 2,
      },
    },
    {
      line: "new-polcy --help -o json",
      error: {
        code: "unknown-command",
        message: "there is no command `new-polcy`",
        hint: "did you mean `new-policy`?; see all commands: pchat --help",
        details: { word: "new-polcy" },
        exitCode: 2,
      },
    },
    {
      line: "-o json get-policy",
      error: {
        code: "unknown-command",
        message: "`-o` stands before the command: options come after it",
        hint: "see all commands: pchat --help",
        details: { word: "-o" },
        exitCode: 2,
      },
    },
    {
      line: "help nope -o json",
      error: {
        code: "unknown-command",
        message: "there is no help on `nope`",
        hint: "topics are exit-codes, cmdlets, environment, output, principals, quoting, completion, prompt; commands are listed by: pchat --help",
        details: {},
        exitCode: 2,
      },
    },
  ])("$line", async ({ line, error }) => {
    const own = await made();
    const { exitCode, stdout, stderr } = await own.pchat(line);
    expect({ exitCode, stdout, lines: stderr.split("\n").length }).toEqual({
      exitCode: 2,
      stdout: "",
      lines: 2,
    });
    expect(JSON.parse(stderr)).toEqual({ error });
  });
});

describe("questions", () => {
  const required = {
    exitCode: 6,
    stdout: "",
    stderr:
      "error: `remove-site` needs a yes: remove site `Oslo`?\nhint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
  };

  test.each([
    { how: "without a terminal", line: "remove-site Oslo", terminal: {} },
    {
      how: "with --no-input",
      line: "remove-site Oslo --no-input --color never",
      terminal: { answers: [true] },
    },
    {
      how: "under CI",
      line: "remove-site Oslo --color never",
      terminal: { answers: [true], env: { CI: "1" } },
    },
  ])("are not asked $how", async ({ line, terminal }) => {
    const own = await made();
    const before = own.files();
    expect(await own.pchat(line, terminal)).toEqual(required);
    expect(own.files()).toEqual(before);
  });

  test("--no-input leaves alone what asks nothing", async () => {
    const own = await made();
    expect(await own.pchat("remove-site Oslo --no-input --yes -q")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("Ctrl-C interrupts, and nothing is written", async () => {
    const own = await made();
    const before = own.files();
    expect(await own.pchat("remove-site Oslo --color never", { answers: ["ctrl-c"] })).toMatchObject({
      exitCode: 130,
      stdout: "",
    });
    expect(own.files()).toEqual(before);
  });
});

describe("aliases", () => {
  const cmdlets = commands.flatMap(({ name, definition }) =>
    definition.cmdlet === undefined ? [] : [{ name, cmdlet: definition.cmdlet }],
  );

  test.each(cmdlets)("$cmdlet is $name, in any case", async ({ name, cmdlet }) => {
    const own = bench();
    const [help] = (await own.run([name, "--help"])).stdout.split("\n");
    for (const word of [cmdlet, cmdlet.toLowerCase(), cmdlet.toUpperCase()]) {
      const { exitCode, stdout, stderr } = await own.run([word, "--help"]);
      expect({ word, exitCode, first: stdout.split("\n")[0], stderr }).toEqual({
        word,
        exitCode: 0,
        first: help,
        stderr: "",
      });
    }
  });

  test("a cmdlet's name runs the command", async () => {
    const own = await made();
    expect(await own.pchat("GET-CSSITE -o name")).toEqual({ exitCode: 0, stdout: "Oslo\n", stderr: "" });
  });

  test("--dry-run is --what-if", async () => {
    const own = await made();
    const before = own.files();
    expect(await own.pchat("new-site Bergen --dry-run --yes --force -o name")).toEqual({
      exitCode: 0,
      stdout: "Bergen\n",
      stderr: "would create site `Bergen` (nothing was written)\n",
    });
    expect(own.files()).toEqual(before);
  });
});
