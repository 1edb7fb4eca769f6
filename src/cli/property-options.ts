import { DomainError } from "../core/errors.ts";
import {
  isList,
  kebabCase,
  type ListEdit,
  type Properties,
  type Property,
  parseValue,
  shownName,
} from "../core/property.ts";
import { type Collection, nouns } from "../core/state.ts";
import type { OptionSpec, OptionSpecs, PropertyOptions } from "./command.ts";

/** One property of a noun as options: the options' keys, and how their values become the patch's. */
export interface PropertyBinding {
  readonly key: string;
  readonly property: Property;
  readonly options: OptionSpecs;
}

const placeholders: Readonly<Record<Property["type"], string>> = {
  name: "name",
  text: "text",
  boolean: "true|false",
  choice: "choice",
  integer: "n",
  url: "url",
  reference: "name",
  principals: "principal",
  principal: "principal",
  fqdns: "fqdn",
  duration: "hh:mm:ss",
};

/** Options for every property that may be given on `new-` or on `set-`, from the noun's property table. */
export function propertyBindings({ collection, on, only }: PropertyOptions<Collection>): PropertyBinding[] {
  return Object.entries(nouns[collection].properties as Properties)
    .filter(([key]) => only === undefined || (only as readonly string[]).includes(key))
    .filter(([key, property]) => isGiven(key, property as Property, on))
    .map(([key, property]) => ({
      key,
      property: property as Property,
      options: optionsFor(kebabCase(shownName(key, property as Property)), property as Property, on),
    }));
}

/** On `new-` the name is the argument. */
function isGiven(key: string, property: Property, on: "new" | "set"): boolean {
  if (property.settable === "identity") return false;
  if (on === "new" && key === "name") return false;
  return on === "new" || property.settable !== "create";
}

function optionsFor(option: string, property: Property, on: "new" | "set"): OptionSpecs {
  if (isList(property)) return listOptions(option, property, on);
  const nullable = property.initial === null;
  const spec: OptionSpec<unknown> = {
    kind: "value",
    meaning: meaningOf(property, nullable, on),
    placeholder: property.placeholder ?? property.choices?.join("|") ?? placeholders[property.type],
    ...(property.choices === undefined ? {} : { choices: property.choices }),
    ...(property.aliases === undefined ? {} : { aliases: property.aliases.map(kebabCase) }),
    required: on === "new" && property.initial === undefined,
    parse: (label, word) => (nullable && word === "" ? null : parseValue(label, property, word)) as never,
  };
  return { [option]: spec, ...switchOptions(property) };
}

/** The cmdlets' switches for a property: hidden, since `--option true|false` says the same. */
const switchOptions = ({ switches = {} }: Property): OptionSpecs =>
  Object.fromEntries(
    Object.entries(switches).map(([name, value]) => [
      name,
      { kind: "switch", isHidden: true, meaning: `the same as ${value}` } as const,
    ]),
  );

function meaningOf(property: Property, nullable: boolean, on: "new" | "set"): string {
  const { initial } = property;
  const plain = typeof initial === "string" || typeof initial === "number" || typeof initial === "boolean";
  if (on === "new" && plain) return `${property.meaning} (default ${initial})`;
  return on === "set" && nullable ? `${property.meaning}; "" empties it` : property.meaning;
}

function listOptions(option: string, property: Property, on: "new" | "set"): OptionSpecs {
  const many = { kind: "list", placeholder: placeholders[property.type] } as const;
  const words = option.replaceAll("-", " ");
  const exact = {
    [option]: {
      ...many,
      meaning: on === "new" ? property.meaning : `exactly these ${words}: ${property.meaning}`,
    },
    [`${option}-file`]: {
      kind: "value",
      placeholder: "file",
      meaning: `the same, one a line from a file (- for stdin)`,
    },
  } as const;
  if (on === "new") return exact;
  return {
    ...exact,
    [`add-${option}`]: { ...many, meaning: `add to the ${words}` },
    [`remove-${option}`]: { ...many, meaning: `take off the ${words}` },
    [`clear-${option}`]: { kind: "switch", meaning: `take all ${words} off` },
  };
}

/** The options of all bindings. */
export const optionsOf = (bindings: readonly PropertyBinding[]): OptionSpecs =>
  Object.assign({}, ...bindings.map((binding) => binding.options)) as OptionSpecs;

/**
 * The patch that the values of property options make. `readLines` gives the lines of a file named by an option
 * such as `--members-file`. Throws `invalid-usage` where an exact list is given along with a change to it.
 */
export async function patchFrom(
  bindings: readonly PropertyBinding[],
  values: Readonly<Record<string, unknown>>,
  readLines: (path: string) => Promise<readonly string[]>,
): Promise<Record<string, unknown>> {
  const patch: Record<string, unknown> = {};
  for (const { key, property } of bindings) {
    const option = kebabCase(shownName(key, property));
    const given = isList(property)
      ? await listEdit(option, values, readLines)
      : scalar(option, property, values);
    if (given !== undefined) patch[key] = given;
  }
  return patch;
}

/** A value by its option, or by a switch of the cmdlets. Throws `invalid-usage` for both at once. */
function scalar(
  option: string,
  { switches = {} }: Property,
  values: Readonly<Record<string, unknown>>,
): unknown {
  const switched = Object.entries(switches).find(([name]) => values[name] === true);
  if (switched === undefined) return values[option];
  if (!(option in values)) return switched[1];
  throw new DomainError("invalid-usage", `\`--${option}\` and \`--${switched[0]}\` say the same property`, {
    hint: { say: "give one of them" },
  });
}

async function listEdit(
  option: string,
  values: Readonly<Record<string, unknown>>,
  readLines: (path: string) => Promise<readonly string[]>,
): Promise<ListEdit | undefined> {
  const words = (key: string): readonly string[] => (values[key] as readonly string[] | undefined) ?? [];
  const file = values[`${option}-file`] as string | undefined;
  const lines = file === undefined ? [] : await readLines(file);
  const exact = words(option).length > 0 || file !== undefined;
  const [add, remove] = [words(`add-${option}`), words(`remove-${option}`)];
  const clear = values[`clear-${option}`] === true;
  if (exact && (add.length > 0 || remove.length > 0 || clear)) {
    throw new DomainError(
      "invalid-usage",
      `\`--${option}\` is the whole list: it does not go with a change to it`,
      {
        hint: {
          say: `use --${option} alone, or --add-${option}, --remove-${option} and --clear-${option} without it`,
        },
      },
    );
  }
  if (exact) return { set: [...words(option), ...lines] };
  return add.length + remove.length > 0 || clear ? { add, remove, clear } : undefined;
}

/** The words of a command line that make this patch: the inverse of `patchFrom`. */
export function wordsFrom(
  bindings: readonly PropertyBinding[],
  patch: Readonly<Record<string, unknown>>,
): readonly string[] {
  return bindings.flatMap(({ key, property }) => {
    const given = patch[key];
    if (given === undefined) return [];
    const option = kebabCase(shownName(key, property));
    return isList(property)
      ? listWords(option, given as ListEdit)
      : optionWords(option, given === null ? "" : String(given));
  });
}

function listWords(option: string, { set = [], clear = false, remove = [], add = [] }: ListEdit): string[] {
  return [
    ...set.flatMap((word) => optionWords(option, word)),
    ...(clear ? [`--clear-${option}`] : []),
    ...remove.flatMap((word) => optionWords(`remove-${option}`, word)),
    ...add.flatMap((word) => optionWords(`add-${option}`, word)),
  ];
}

/** An option and its value; behind an equals sign where a shell or the parser could lose or misread it. */
export const optionWords = (option: string, word: string): string[] =>
  word === "" || word.startsWith("-") ? [`--${option}=${word}`] : [`--${option}`, word];
