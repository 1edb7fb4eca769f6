import type { DomainError, Hint, RefusalCode } from "../core/errors.ts";
import { oneOf } from "../core/property.ts";
import { type Paint, plainPaint } from "./color.ts";
import { jsonText } from "./json.ts";
import { printable } from "./printable.ts";
import { commandLine, type Shell, withOptions } from "./shell-words.ts";

export { printable } from "./printable.ts";
export { commandLine, quoteWord, type Shell } from "./shell-words.ts";

export interface MessageContext {
  readonly shell: Shell;
  /** Words that every hinted command needs to reach the same store: `["--store", "x.json"]`. */
  readonly globalWords: readonly string[];
}

/** One thing to do next: a sentence, and the command lines that do it. */
export interface HintText {
  readonly say: string;
  readonly commands: readonly string[];
}

/** A refusal in words, not yet laid out for people or as JSON. */
export interface ErrorMessage {
  readonly code: RefusalCode;
  readonly message: string;
  /** Each thing that is wrong, where the message only counts them. */
  readonly lines: readonly string[];
  readonly hints: readonly HintText[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** The words for a refusal: its did-you-mean if it names an unknown word, its hint with commands for the shell. */
export async function describeError(error: DomainError, context: MessageContext): Promise<ErrorMessage> {
  const hints: HintText[] = [];
  if (error.unknown !== undefined) hints.push(...(await meantBy(error.unknown)));
  if (error.hint !== undefined) hints.push(hintText(error.hint, context));
  const lines: string[] = [];
  for (const line of error.lines) lines.push(await lineText(line));
  return { code: error.code, message: error.message, lines, hints, details: error.details };
}

async function lineText({ text, unknown }: DomainError["lines"][number]): Promise<string> {
  if (unknown === undefined) return text;
  const [meant] = await meantBy(unknown);
  return meant === undefined ? text : `${text} (${meant.say})`;
}

/** With so few names, all of them are a better hint than none. */
const fewNames = 6;

async function meantBy(unknown: NonNullable<DomainError["unknown"]>): Promise<HintText[]> {
  const { suggest } = await import("./suggestions.ts");
  const meant = await suggest(unknown.word, unknown.among());
  const words = meant.length > 0 ? meant : allIfFew(unknown.among());
  return words.length === 0 ? [] : [{ say: `did you mean ${oneOf(words)}?`, commands: [] }];
}

function allIfFew(names: Iterable<string>): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    found.add(name);
    if (found.size > fewNames) return [];
  }
  return [...found];
}

function hintText({ say, commands = [] }: Hint, { shell, globalWords }: MessageContext): HintText {
  return { say, commands: commands.map((words) => runnableLine(words, { shell, globalWords })) };
}

/** A command line (words after `pchat`) that reaches the same store when it is typed as it is. */
export const runnableLine = (words: readonly string[], { shell, globalWords }: MessageContext): string =>
  commandLine(withOptions(words, globalWords), shell);

/** A refusal for people: `error: …`, then a `hint: …` for each thing to do; several commands each on its own line. */
export function errorText({ message, lines, hints }: ErrorMessage, paint: Paint = plainPaint): string {
  const error = `${paint.error("error:")} ${printable(message)}\n`;
  const each = lines.map((line) => `  ${printable(line)}\n`).join("");
  return error + each + hints.map((hint) => `${paint.hint("hint:")} ${hintLines(hint)}\n`).join("");
}

function hintLines({ say, commands }: HintText): string {
  const [only, ...others] = commands.map(printable);
  const said = printable(say);
  if (only === undefined) return said;
  if (said === "" && others.length === 0) return only;
  const lead = said === "" || /[:?]$/.test(said) ? said : `${said}:`;
  return others.length === 0 ? `${lead} ${only}` : [lead, only, ...others].join("\n  ").trimStart();
}

/** A refusal for scripts, on one line: `{ "error": { code, message, hint, details, exitCode } }`. */
export function errorJson({ code, message, hints, details }: ErrorMessage, exitCode: number): string {
  const hint = hints.length === 0 ? null : hints.map(hintSentence).join("; ");
  return `${jsonText({ error: { code, message, hint, details, exitCode } })}\n`;
}

function hintSentence({ say, commands }: HintText): string {
  return [say, commands.join("; ")].filter((part) => part !== "").join(": ");
}

/** A warning for people: `warning: …`. */
export function warningText(text: string, paint: Paint = plainPaint): string {
  return `${paint.warning("warning:")} ${printable(text)}\n`;
}
