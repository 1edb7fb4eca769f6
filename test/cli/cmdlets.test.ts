import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counterpartText } from "../../src/cli/cmdlet-help.ts";
import { cmdlets, otherCmdlets } from "../../src/cli/cmdlets.ts";
import type { AnyCommand, ArgumentSpec } from "../../src/cli/command.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import { allOptions } from "../../src/cli/parse.ts";
import { bench, fixtures } from "../support/cli.ts";

interface Documented {
  readonly cmdlet: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** The module's documentation: every cmdlet, its parameters and its examples. */
const documented = JSON.parse(readFileSync(join(fixtures, "cmdlets.json"), "utf8")) as readonly Documented[];
const source = commandsIn(new URL("../../commands/", import.meta.url));
const parameters = documented.flatMap(({ cmdlet, parameters: all }) => all.map((of) => ({ cmdlet, ...of })));

test("the documentation has 37 cmdlets with 263 parameters, and each is in the table, nothing else", () => {
  expect([documented.length, parameters.length]).toEqual([37, 263]);
  const said = Object.entries(cmdlets).flatMap(([cmdlet, { parameters: all }]) =>
    Object.keys(all).map((name) => `${cmdlet} -${name}`),
  );
  expect(said.sort()).toEqual(parameters.map(({ cmdlet, name }) => `${cmdlet} -${name}`).sort());
});

test.each(Object.entries({ ...cmdlets, ...otherCmdlets }))(
  "each counterpart of %s is there",
  async (cmdlet, { command, parameters: all }) => {
    const definition = (await source.load(command)) as AnyCommand;
    if (cmdlet in cmdlets) expect(definition.cmdlet).toBe(cmdlet);
    const options = allOptions(definition);
    const argument = definition.argument as ArgumentSpec | undefined;
    const missing = Object.entries(all).filter(([, counterpart]) => {
      if (typeof counterpart !== "string") return counterpart.because === "";
      if (counterpart.startsWith("<")) return counterpart !== `<${argument?.name}>`;
      return !counterpart
        .split(" ")
        .filter((word) => word.startsWith("--"))
        .every((word) => Object.hasOwn(options, word.slice(2)));
    });
    expect(missing).toEqual([]);
  },
);

test("every switch of the module is one here, and everything else takes a value", async () => {
  const wrong: string[] = [];
  for (const { cmdlet, name, type } of parameters) {
    const { command, parameters: all } = cmdlets[cmdlet]!;
    const counterpart = all[name]!;
    if (typeof counterpart !== "string" || counterpart.startsWith("<")) continue;
    const options = allOptions((await source.load(command)) as AnyCommand);
    const [first = "", fixed] = counterpart.split(" ");
    const isSwitch = options[first.slice(2)]!.kind === "switch" || fixed !== undefined;
    if (isSwitch !== (type === "switch")) wrong.push(`${cmdlet} -${name}`);
  }
  expect(wrong).toEqual([]);
});

test("help cmdlets tells the counterpart of all 263", async () => {
  const { exitCode, stdout, stderr } = await bench().pchat("help cmdlets");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  let cmdlet = "";
  const told = stdout.split("\n").flatMap((line) => {
    cmdlet = /^ {2}(\S+) is \S+$/.exec(line)?.[1] ?? cmdlet;
    const [, name, text] = /^ {4}-(\S+)\s+(.+)$/.exec(line) ?? [];
    return name === undefined || !(cmdlet in cmdlets) ? [] : [`${cmdlet} -${name}: ${text}`];
  });
  expect(told).toEqual(
    Object.entries(cmdlets).flatMap(([name, { parameters: all }]) =>
      Object.entries(all).map(([key, counterpart]) => `${name} -${key}: ${counterpartText(counterpart)}`),
    ),
  );
});
