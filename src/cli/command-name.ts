import { DomainError } from "../core/errors.ts";
import type { World } from "./context.ts";

/** Cmdlets with another noun than the command that mirrors them. */
const otherCmdlets: Readonly<Record<string, string>> = { "get-csservice": "get-pool" };

/** Whether a word is the full name of a cmdlet, in any case, behind its module's or not. */
export const isCmdletName = (word: string): boolean => /^(?:\w+\\)?[a-z]+-cs[a-z]+$/i.test(word);

/** A cmdlet's name without its module's. */
export const withoutModule = (word: string): string => word.replace(/^\w+\\/, "");

/**
 * The command that a word names: itself, or the full name of the cmdlet that it mirrors, in any case.
 * Throws `unknown-command`.
 */
export async function commandName(world: World, said: string): Promise<string> {
  const { names } = world.commands;
  if (names.includes(said)) return said;
  const word = isCmdletName(said) ? withoutModule(said) : said;
  const other = otherCmdlets[word.toLowerCase()];
  if (other !== undefined) return other;
  const match = /^([a-z]+)-(?:cs(?:persistentchat)?)?([a-z]+)$/i.exec(word);
  const derived = match === null ? word.toLowerCase() : kebabNoun(names, match[1]!, match[2]!);
  if (names.includes(derived)) return derived;
  throw new DomainError("unknown-command", unknownCommandMessage(word), {
    hint: { say: "see all commands", commands: [["--help"]] },
    ...(word.startsWith("-") ? {} : { unknown: { word: derived, among: () => names } }),
    details: { word },
  });
}

function unknownCommandMessage(word: string): string {
  return word.startsWith("-")
    ? `\`${word}\` stands before the command: options come after it`
    : `there is no command \`${word}\``;
}

/** `New`, `ComplianceConfiguration` → `new-compliance-configuration`, whatever the case. */
function kebabNoun(names: readonly string[], verb: string, noun: string): string {
  const wanted = `${verb}${noun}`.toLowerCase();
  return names.find((name) => name.replaceAll("-", "") === wanted) ?? `${verb}-${noun}`.toLowerCase();
}
