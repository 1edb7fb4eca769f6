import { type Collection, collections, nouns } from "../core/state.ts";
import type { ArgumentSpec, Named, OptionSpec } from "./command.ts";

/** What the words of a command name: those of `set-room` rooms, `<user>` users. Undefined where they name nothing. */
export function namedByWords(command: string, { name }: ArgumentSpec): Named | undefined {
  const [verb = "", noun = ""] = command.split(/-(.*)/);
  const isNew = verb === "new";
  return isNew ? undefined : (namedByPlaceholder(name) ?? collectionOf(noun));
}

/** What the value of an option names. */
export function namedByOption(
  key: string,
  { names, placeholder = "" }: Pick<OptionSpec<unknown>, "names" | "placeholder">,
): Named | undefined {
  return names ?? namedByPlaceholder(placeholder) ?? collectionOf(key);
}

const namedByPlaceholder = (placeholder: string): Named | undefined =>
  placeholder === "user" || placeholder === "principal" ? placeholder : undefined;

const collectionOf = (kind: string): Collection | undefined =>
  collections.find((collection) => nouns[collection].kind === kind);
