import { expect, test } from "vitest";
import type { AnyCommand } from "../../src/cli/command.ts";
import { commandsIn } from "../../src/cli/load-commands.ts";
import { allOptions } from "../../src/cli/parse.ts";

/** What does not speak of the state: schemas are the program's, messages have times of their own. */
const withoutMoment = ["get-schema", "get-message"];

test("every get- command that answers from the store answers for an earlier time, too", async () => {
  const source = commandsIn(new URL("../../commands/", import.meta.url));
  const names = source.names.filter((name) => name.startsWith("get-") && !withoutMoment.includes(name));
  const without = [];
  for (const name of names) {
    if (!("at" in allOptions((await source.load(name)) as AnyCommand))) without.push(name);
  }
  expect(names.length).toBeGreaterThan(9);
  expect(without).toEqual([]);
});
