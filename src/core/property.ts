import { checkDuration } from "./duration.ts";
import { DomainError } from "./errors.ts";
import { hasControl, hasUnprintable } from "./text.ts";

export type PropertyType =
  | "name"
  | "text"
  | "boolean"
  | "choice"
  | "integer"
  | "url"
  | "reference"
  | "principals"
  | "principal"
  | "fqdns"
  | "duration";

/**
 * One property of a noun, said once. Options, views, CSV columns, schemas, forms and parity tests are made from
 * these; nothing lists properties a second time.
 */
export interface Property<T = unknown> {
  readonly type: PropertyType;
  /** What it means, for help and schemas: lower case, no full stop. */
  readonly meaning: string;
  /** Value on `new-` when none is given; without one the property is required there. */
  readonly initial?: T;
  readonly choices?: readonly string[];
  /** Limits of an integer, or of a duration in seconds. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Most entries of a list. */
  readonly maxItems?: number;
  /** Longest text, in UTF-16 units (the product's nvarchar(256)). */
  readonly maxLength?: number;
  /** For references: the kind of object that is named on the command line and in output. */
  readonly refersTo?: string;
  /** Name in options, output and CSV where it is not the stored one (`categoryId` is shown as `category`). */
  readonly shownAs?: string;
  /** `identity`: the object's address, made by the noun. `create`: given on `new-`, fixed afterwards. */
  readonly settable?: "identity" | "create" | "always";
  /** False for what would make a table of many objects too wide; every other format shows it. */
  readonly inTable?: boolean;
  /** Other names that the cmdlets use for it: understood as options and fields, never shown. */
  readonly aliases?: readonly string[];
  /** The cmdlets' switches that set it, as options, with the value that each gives. */
  readonly switches?: Readonly<Record<string, boolean>>;
  /** Placeholder in help; by default the type's own. */
  readonly placeholder?: string;
  /** Set only in types. */
  readonly value?: T;
}

export type ValueOf<P> = P extends Property<infer T> ? T : never;
export type Properties = Readonly<Record<string, Property<never> | Property<unknown>>>;
export type ObjectOf<P> = { readonly id: number } & { readonly [K in keyof P]: ValueOf<P[K]> };

/** A change to a list of principals or servers, in words: `set` or `clear` first, then `remove`, then `add`. */
export interface ListEdit {
  readonly set?: readonly string[];
  readonly clear?: boolean;
  readonly remove?: readonly string[];
  readonly add?: readonly string[];
}

/**
 * What a command line may say of an object: values as they are, references and principals in words. A property
 * that is not named is left alone; null empties one.
 */
export type PatchOf<P> = { readonly [K in keyof P]?: PatchValue<P[K]> };
type PatchValue<P> = P extends { readonly type: "reference" }
  ? string | null
  : P extends { readonly type: "principals" | "fqdns" }
    ? ListEdit
    : ValueOf<P>;

type Spec<T> = Omit<Property<T>, "type" | "value">;

export const name = (spec: Spec<string>): Property<string> => ({ maxLength: 256, ...spec, type: "name" });
export const text = (spec: Spec<string | null>): Property<string | null> => ({
  initial: null,
  ...spec,
  type: "text",
});
export const boolean = (spec: Spec<boolean>): Property<boolean> => ({ ...spec, type: "boolean" });
export const integer = (spec: Spec<number>): Property<number> => ({ ...spec, type: "integer" });
export const url = (spec: Spec<string>): Property<string> => ({ ...spec, type: "url" });
export const optionalUrl = (spec: Spec<string | null>): Property<string | null> => ({
  initial: null,
  ...spec,
  type: "url",
});
export const choice = <const C extends string>(
  choices: readonly C[],
  spec: Spec<NoInfer<C>>,
): Property<C> => ({ ...spec, choices, type: "choice" });
type ReferenceTo<T> = Property<T> & { readonly type: "reference" };
export const reference = (spec: Spec<number>): ReferenceTo<number> => ({ ...spec, type: "reference" });
export const optionalReference = (spec: Spec<number | null>): ReferenceTo<number | null> => ({
  initial: null,
  ...spec,
  type: "reference",
});
/** A reference by a name that never changes. */
export const nameReference = (spec: Spec<string | null>): ReferenceTo<string | null> => ({
  initial: null,
  ...spec,
  type: "reference",
});
export const principals = (
  spec: Spec<readonly string[]>,
): Property<readonly string[]> & { readonly type: "principals" } => ({
  initial: [],
  ...spec,
  type: "principals",
});
/** Names of servers. */
export const fqdns = (
  spec: Spec<readonly string[]>,
): Property<readonly string[]> & { readonly type: "fqdns" } => ({ initial: [], ...spec, type: "fqdns" });
/** A length of time as a .NET TimeSpan, `00:15:00`; limits are in seconds. */
export const duration = (spec: Spec<string>): Property<string> => ({ ...spec, type: "duration" });
export const principal = (spec: Spec<string>): Property<string> => ({ ...spec, type: "principal" });

/** Whether a property's value is a list, which is changed by a ListEdit. */
export const isList = ({ type }: Pick<Property, "type">): boolean =>
  type === "principals" || type === "fqdns";

/** `allowedMembers` → `allowed-members`; `maxFileSizeKB` → `max-file-size-kb`. */
export function kebabCase(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

export const shownName = (key: string, property: Property): string => property.shownAs ?? key;

/**
 * The value that a word on the command line (or a CSV cell) means for a property.
 * Throws `invalid-value` naming the option and the limit. References and principals stay words: they are
 * resolved against a state.
 */
export function parseValue(label: string, property: Property, word: string): string | number | boolean {
  switch (property.type) {
    case "boolean":
      return parseBoolean(label, word);
    case "integer":
      return checkInteger(label, property, word);
    case "choice":
      return parseChoice(label, property.choices ?? [], word);
    case "url":
      return checkUrl(label, word);
    case "duration":
      return checkDuration(label, property, word);
    case "name":
      return checkName(label, property, word);
    case "text":
      return checkText(label, property, word);
    default:
      return word;
  }
}

/** `true`, `false`, and PowerShell's `$true`, `$false`, in any case. Throws `invalid-value` for anything else. */
export function parseBoolean(label: string, word: string): boolean {
  const said = word.toLowerCase().replace(/^\$/, "");
  if (said === "true" || said === "false") return said === "true";
  throw new DomainError("invalid-value", `${label} takes \`true\` or \`false\`, not \`${word}\``);
}

/** The choice meant by a word, in its own spelling, case ignored. Throws `invalid-value` listing the choices. */
export function parseChoice(label: string, choices: readonly string[], word: string): string {
  const found = choices.find((value) => value.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw new DomainError("invalid-value", `${label} takes ${oneOf(choices)}, not \`${word}\``, {
    unknown: { word, among: () => choices },
    details: { choices },
  });
}

/** A whole number, within the given limits if any. Throws `invalid-value` with the limits in its message. */
export function checkInteger(
  label: string,
  limits: Pick<Property, "minimum" | "maximum">,
  word: string,
): number {
  const { minimum = 0, maximum = 2147483647 } = limits;
  const value = /^[+-]?\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new DomainError(
    "invalid-value",
    `${label} takes a whole number from ${minimum} to ${maximum}, not \`${word}\``,
  );
}

function checkUrl(label: string, word: string): string {
  if (/^https?:\/\/[^\s/?#]+[^\s]*$/i.test(word) && !hasUnprintable(word)) return word;
  throw new DomainError("invalid-value", `${label} takes an http or https address, not \`${word}\``, {
    hint: { say: "write it in full, for example https://pchat.contoso.com/page" },
  });
}

function checkText(label: string, property: Property, word: string): string {
  const limit = property.maxLength ?? Number.POSITIVE_INFINITY;
  const value = word.normalize("NFC");
  if (hasControl(value)) {
    throw new DomainError(
      "invalid-value",
      `${label} may not hold control characters other than tabs and line breaks`,
    );
  }
  if (value.length <= limit) return value;
  throw new DomainError("invalid-value", `${label} takes at most ${limit} characters, not ${value.length}`);
}

/**
 * A name: 1 to 256 characters, no backslash (it separates pool and name), no control or bidirectional
 * characters, no blank at either end. Returns it in Unicode form NFC.
 */
export function checkName(label: string, property: Pick<Property, "maxLength">, word: string): string {
  const value = word.normalize("NFC");
  const limit = property.maxLength ?? 256;
  const fault = nameFault(value, limit);
  if (fault === undefined) return value;
  throw new DomainError("invalid-value", `${label} ${fault}`, { details: { value } });
}

function nameFault(value: string, limit: number): string | undefined {
  if (value.trim() === "") return "may not be empty";
  if (value.length > limit) return `takes at most ${limit} characters, not ${value.length}`;
  if (value.includes("\\")) return `may not hold a backslash: \`${value}\``;
  if (hasUnprintable(value)) return "may not hold control or bidirectional characters";
  if (value !== value.trim()) return `may not begin or end with a blank: \`${value}\``;
  return undefined;
}

/** `a`, `b` or `c`, each in backticks. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
