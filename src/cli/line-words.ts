import type { Pasted } from "./cmdlet-words.ts";
import type { AnyCommand } from "./command.ts";
import { isCmdletName, withoutModule } from "./command-name.ts";
import { allOptions } from "./parse.ts";

/** The words after a command as they are; those after a cmdlet's name in pchat's own. Throws as cmdletWords does. */
export async function pchatWords(
  first: string,
  definition: AnyCommand,
  argv: readonly string[],
): Promise<Pasted> {
  if (!isCmdletName(first)) return { words: argv, notes: [] };
  const { cmdletWords } = await import("./cmdlet-words.ts");
  return cmdletWords(withoutModule(first), allOptions(definition), argv);
}
