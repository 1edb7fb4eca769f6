import { DomainError } from "../core/errors.ts";
import { isFqdn } from "../core/fqdn.ts";
import { formats } from "../output/format.ts";
import { type Cmdlet, type Counterpart, cmdlets, otherCmdlets, type Reason } from "./cmdlets.ts";
import type { OptionSpecs } from "./command.ts";

/** A cmdlet's words as pchat's, and what should be said of them. */
export interface Pasted {
  readonly words: readonly string[];
  /** Lower case, no full stop. */
  readonly notes: readonly string[];
}

interface Parameter {
  /** As it was typed, with its dash. */
  readonly typed: string;
  readonly name: string;
  readonly counterpart: Counterpart;
}

/**
 * The words after a cmdlet's name in pchat's own: parameters with one dash, in any case, as far as they are unique;
 * `-Name:value`; `$null`, arrays, `@{Add=…;Remove=…;Replace=…}` and script blocks as values. Everything else, options
 * of pchat included, stays as it is. Throws `unknown-option`, `missing-value`, `invalid-value`.
 */
export function cmdletWords(cmdlet: string, options: OptionSpecs, argv: readonly string[]): Pasted {
  const { table, second } = tableOf(cmdlet);
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const said: Pasted[] = [];
  // Where a second word without a name stands: right behind the first.
  let secondAt = -1;
  for (let at = 0; at < end; at++) {
    const typed = typedParameter(argv[at]!) ?? secondWord(second, argv[at]!, at === secondAt);
    if (typed === undefined) {
      if (at === 0) secondAt = 1;
      said.push({ words: [argv[at]!], notes: [] });
      continue;
    }
    const parameter = optionNamed(table, options, typed.name) ?? parameterNamed(cmdlet, table, typed.name);
    const following = typed.value ?? valueIn(argv.slice(0, end)[at + 1], parameter, options);
    if (typed.value === undefined && following !== undefined) at++;
    if (isWord(parameter)) secondAt = at + 1;
    said.push(translated(parameter, options, following));
  }
  return {
    words: [...said.flatMap(({ words }) => words), ...argv.slice(end)],
    notes: said.flatMap(({ notes }) => notes),
  };
}

/** The parameters of a cmdlet, and the one that a second word stands for. */
function tableOf(cmdlet: string): {
  readonly table: Cmdlet["parameters"];
  readonly second: string | undefined;
} {
  const known = { ...cmdlets, ...otherCmdlets };
  const found = known[canonical(known, cmdlet) ?? ""];
  return { table: found?.parameters ?? {}, second: found?.second };
}

/** The next word, where it is the value of a parameter. */
const valueIn = (next: string | undefined, parameter: Parameter, options: OptionSpecs): string | undefined =>
  next !== undefined && !isParameter(next) && takesValue(parameter, options) ? next : undefined;

/** A second word stands for a parameter of the cmdlet, where it has one there. */
const secondWord = (
  name: string | undefined,
  word: string,
  isThere: boolean,
): ReturnType<typeof typedParameter> =>
  name !== undefined && isThere && !word.startsWith("-") ? { name, value: word } : undefined;

/** `-Name` or `-Name:value`. */
function typedParameter(
  word: string,
): { readonly name: string; readonly value: string | undefined } | undefined {
  const match = isParameter(word) ? /^-([a-z]\w*)(?::(.*))?$/is.exec(word) : null;
  return match === null ? undefined : { name: match[1]!, value: match[2] };
}

/** pchat's short options, which are lower case: `-o json`, `-qo name`, `-ojson`. */
const shortOption = new RegExp(`^-(?:[yqh]*o?|[yq]*o=?(?:${formats.join("|")}))$`);

const isParameter = (word: string): boolean => /^-[a-z]/i.test(word) && !shortOption.test(word);

const canonical = (table: Readonly<Record<string, unknown>>, word: string): string | undefined =>
  Object.keys(table).find((name) => name.toLowerCase() === word.toLowerCase());

/** Parameters that every cmdlet takes. */
const common: Readonly<Record<string, Reason>> = Object.fromEntries(
  [
    ["ErrorAction", "pchat ends with an exit code"],
    ["WarningAction", "-q keeps summaries and consequences off stderr"],
    ["Verbose", "pchat says what it did", true],
    ["Debug", "pchat says what it did", true],
  ].map(([name, because, isSwitch]) => [
    name,
    { passedOver: true, isSwitch: isSwitch === true, because } as Reason,
  ]),
);

/** What the cmdlet does not have and the command does: a new room's members, `-IfNotExists`. */
function optionNamed(
  own: Readonly<Record<string, Counterpart>>,
  options: OptionSpecs,
  word: string,
): Parameter | undefined {
  if (canonical(own, word) !== undefined) return undefined;
  const key = Object.keys(options).find((name) => name.replaceAll("-", "") === word.toLowerCase());
  return key === undefined ? undefined : { typed: `-${word}`, name: word, counterpart: `--${key}` };
}

function parameterNamed(cmdlet: string, own: Readonly<Record<string, Counterpart>>, word: string): Parameter {
  const table = { ...common, ...own };
  const typed = `-${word}`;
  const exact = canonical(table, word);
  const begun = Object.keys(table).filter((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  const name = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (name !== undefined) return { typed, name, counterpart: table[name]! };
  const names = Object.keys(own).map((known) => `-${known}`);
  throw new DomainError(
    "unknown-option",
    begun.length > 1
      ? `\`${typed}\` may be ${begun.map((known) => `\`-${known}\``).join(" or ")}`
      : `\`${cmdlet}\` has no parameter \`${typed}\``,
    {
      hint: { say: `its parameters are ${names.join(", ")}` },
      ...(begun.length > 1 ? {} : { unknown: { word: typed, among: () => names } }),
      details: { option: typed },
    },
  );
}

/** The option that a counterpart ends in, if it is one that takes the parameter's value. */
function valueOption(counterpart: Counterpart, options: OptionSpecs): string | undefined {
  if (typeof counterpart !== "string" || !/^--[\w-]+$/.test(counterpart)) return undefined;
  const key = counterpart.slice(2);
  return options[key] === undefined || options[key].kind === "switch" ? undefined : key;
}

const isWord = ({ counterpart }: Parameter): boolean =>
  typeof counterpart === "string" && counterpart.startsWith("<");

function takesValue({ counterpart }: Parameter, options: OptionSpecs): boolean {
  if (typeof counterpart !== "string") return counterpart.isSwitch !== true;
  return counterpart.startsWith("<") || valueOption(counterpart, options) !== undefined;
}

function translated(parameter: Parameter, options: OptionSpecs, value: string | undefined): Pasted {
  const { typed, counterpart } = parameter;
  if (typeof counterpart !== "string") return withoutCounterpart(parameter, counterpart);
  if (!takesValue(parameter, options)) return { words: switched(parameter, counterpart, value), notes: [] };
  if (value === undefined) {
    throw new DomainError("missing-value", `\`${typed}\` takes a value`, {
      hint: {
        say: "in bash an unquoted $null, $true or $false is nothing at all: write it in single quotes",
      },
    });
  }
  if (counterpart.startsWith("<")) return { words: listOf(value, typed), notes: [] };
  return valued(counterpart.slice(2), options, typed, value);
}

function withoutCounterpart({ typed }: Parameter, { passedOver, because }: Reason): Pasted {
  if (passedOver) return { words: [], notes: [`\`${typed}\` is passed over: ${because}`] };
  throw new DomainError("unknown-option", `\`${typed}\` has no counterpart: ${because}`, {
    details: { option: typed },
  });
}

/** A switch, which `:$false` takes back; of `-Confirm` that is an answer. */
function switched({ name, typed }: Parameter, counterpart: string, value: string | undefined): string[] {
  const word = (value ?? "$true").toLowerCase();
  if (word === "$true" || word === "true") return counterpart.split(" ");
  if (word === "$false" || word === "false") return name === "Confirm" ? ["--yes"] : [];
  throw new DomainError("invalid-value", `\`${typed}\` takes \`:$true\` or \`:$false\`, not \`${value}\``);
}

function valued(key: string, options: OptionSpecs, typed: string, value: string): Pasted {
  const option = `--${key}`;
  if (/^\$null$/i.test(value)) return { words: emptied(key, options), notes: [] };
  if (options[key]!.kind === "list") return { words: listWords(key, options, typed, value), notes: [] };
  if (key === "filter" && value.trimStart().startsWith("{"))
    return { words: [`--where=${value}`], notes: [] };
  const day = /-date$/.test(key) ? invariantDay(value) : undefined;
  if (day === undefined) return { words: [`${option}=${value}`], notes: [] };
  return { words: [`${option}=${day}`], notes: [`\`${value}\` is read as ${day}, as PowerShell does`] };
}

/** What `$null` means: an empty list, no policy, or nothing. */
function emptied(key: string, options: OptionSpecs): string[] {
  if (options[`clear-${key}`] !== undefined) return [`--clear-${key}`];
  if (key === "policy" && options["none"] !== undefined) return ["--none"];
  return [`--${key}=`];
}

/** PowerShell reads a date in the invariant culture, month first, whatever the machine's is. */
function invariantDay(word: string): string | undefined {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(word) ?? [];
  if (year === undefined) return undefined;
  return `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
}

/** A list: exact, or a change to it as `@{Add=…;Remove=…;Replace=…}`. */
function listWords(key: string, options: OptionSpecs, typed: string, value: string): string[] {
  const text = value.trim();
  if (!text.startsWith("@{")) {
    // Categories are named by plain words, of which bash takes the quotes away.
    const list = key === "scope" ? splitOutside(text, /,/, typed).map(unquoted) : listOf(value, typed);
    return list.map((word) => `--${key}=${word}`);
  }
  if (!text.endsWith("}")) throw cutOff(typed, value);
  // A new object's lists are empty, so that adding to them is all there is to do.
  const add = options[`add-${key}`] === undefined ? "" : "add-";
  const prefixes: Readonly<Record<string, string>> = { add, remove: "remove-", replace: "" };
  return splitOutside(text.slice(2, -1), /[;\n]/, typed).flatMap((part) => {
    const [, name = "", list = ""] = /^\s*(\w+)\s*=(.*)$/s.exec(part) ?? [];
    const prefix = prefixes[name.toLowerCase()];
    if (prefix === undefined) {
      throw new DomainError(
        "invalid-value",
        `\`${typed}\` takes Add, Remove or Replace in \`@{…}\`, not \`${part.trim()}\``,
      );
    }
    return /^\s*\$null\s*$/i.test(list) ? [] : listOf(list, typed).map((word) => `--${prefix}${key}=${word}`);
  });
}

/** The members of an array. Without quotes it is one word, since distinguished names hold commas. */
function listOf(value: string, typed: string): string[] {
  const text = value.trim().replace(/^@\((.*)\)$/s, "$1");
  if (/^\s*['"]/.test(text)) return splitOutside(text, /,/, typed).map(unquoted);
  const parts = text.split(",").map((part) => part.trim());
  return parts.every((part) => /^sip:/i.test(part) || isFqdn(part)) ? parts : [text];
}

const unquoted = (word: string): string => {
  const text = word.trim();
  const quote = text.charAt(0);
  if (text.length < 2 || !/['"]/.test(quote) || !text.endsWith(quote)) return text;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
};

/** The parts of a text between separators that stand outside of quotes; empty ones left out. */
function splitOutside(text: string, separator: RegExp, typed: string): string[] {
  const parts = [""];
  let quote = "";
  for (const character of text) {
    if (quote === "" && separator.test(character)) {
      parts.push("");
      continue;
    }
    if (quote === character) quote = "";
    else if (quote === "" && /['"]/.test(character)) quote = character;
    parts.push(parts.pop()! + character);
  }
  if (quote !== "") throw cutOff(typed, text);
  return parts.filter((part) => part.trim() !== "");
}

const cutOff = (typed: string, value: string): DomainError =>
  new DomainError("invalid-value", `the value of \`${typed}\` has no end: \`${value}\``, {
    hint: { say: `put the whole of it into single quotes: ${typed} '@{Add="sip:ana@contoso.com"}'` },
  });
