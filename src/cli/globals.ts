import { DomainError } from "../core/errors.ts";
import type { ColorFlag } from "../output/color.ts";
import { type Format, formats } from "../output/format.ts";
import {
  atMoment,
  choiceOf,
  flag,
  integerValue,
  list,
  type OptionSpec,
  type OptionSpecs,
  value,
} from "./command.ts";
import type { Env, Moment } from "./context.ts";

/** An empty word is a variable of the shell that was not set, never a choice. */
const storeOption: OptionSpec<string | undefined> = {
  ...value("file that holds the store", { placeholder: "file", env: "PCHAT_STORE" }),
  parse: (label, word) => {
    if (word !== "") return word;
    throw new DomainError("invalid-value", `${label} takes the name of a file, not an empty word`);
  },
};

/** Options of every command. Each command declares them itself: at program level commander lets them eat values. */
const everywhere = {
  store: storeOption,
  output: choiceOf(formats, "form of the output (default table)"),
  fields: value("columns to show, separated by commas", { placeholder: "a,b" }),
  sort: value("column to sort by, - before it for the reverse", { placeholder: "[-]field" }),
  pool: value("pool that narrows bare names", {
    placeholder: "fqdn",
    env: "PCHAT_POOL",
    aliases: ["persistent-chat-pool-fqdn"],
  }),
  as: value("act as this user: creators and managers may do what their role lets them", {
    placeholder: "user",
    env: "PCHAT_AS",
  }),
  "no-input": flag("never ask anything"),
  color: choiceOf(["auto", "always", "never"], "colour in messages and tables (default auto)"),
  quiet: flag("no summaries, consequences or progress on stderr"),
} satisfies OptionSpecs;

const onWrites = {
  "what-if": flag("show what would change, and keep nothing", { aliases: ["dry-run"] }),
  confirm: flag("show what would change, and ask before keeping it"),
  yes: flag("answer every question with yes"),
  force: flag("override a guard that says so"),
  reason: value("why, for the journal", { placeholder: "text", env: "PCHAT_REASON" }),
  "if-serial": integerValue("change the store only if it is at this serial"),
  "lock-timeout": integerValue("seconds to wait for another writer (default 10)", { maximum: 86400 }),
} satisfies OptionSpecs;

const onReads = {
  where: value("only rows that meet a condition, as Where-Object takes it", { placeholder: "condition" }),
  at: atMoment,
  directory: list("answer with this export of the directory (LDIF) in the place of the imported one", {
    placeholder: "file",
  }),
} satisfies OptionSpecs;

/** Short names of options, wherever a command has them. */
export const shortFlags: Readonly<Record<string, string>> = { output: "o", yes: "y", quiet: "q", file: "f" };

export type Shape = "write" | "read" | "service";

/** The global options of a command of this shape. All of them are understood everywhere; some have no effect. */
export function globalOptions(shape: Shape): OptionSpecs {
  return { ...everywhere, ...onWrites, ...(shape === "read" ? onReads : {}) };
}

/** What the global options and their environment variables came to. */
export interface Globals {
  readonly store: string | undefined;
  readonly output: Format;
  readonly fields: string | undefined;
  readonly sort: string | undefined;
  readonly where: string | undefined;
  readonly pool: string | undefined;
  readonly as: string | undefined;
  readonly noInput: boolean;
  readonly color: ColorFlag;
  readonly quiet: boolean;
  readonly whatIf: boolean;
  readonly confirm: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly reason: string | undefined;
  readonly ifSerial: number | undefined;
  readonly lockTimeout: number;
  readonly at: Moment | undefined;
  /** Files of an export that stands in for the store's directory. */
  readonly directory: readonly string[];
}

/** The environment variable that stands in for an option. */
const withVariables = {
  store: everywhere.store.env,
  pool: everywhere.pool.env,
  as: everywhere.as.env,
  reason: onWrites.reason.env,
};

type GlobalKey = keyof typeof everywhere | keyof typeof onWrites | keyof typeof onReads;

/** Reads the global options out of all parsed values; an option beats its environment variable. */
export function globalsFrom(values: Readonly<Record<string, unknown>>, env: Env): Globals {
  const given = <T>(key: GlobalKey): T | undefined => values[key] as T | undefined;
  const orEnv = (key: keyof typeof withVariables): string | undefined =>
    given<string>(key) ?? (env[withVariables[key] ?? ""] || undefined);
  return {
    store: orEnv("store"),
    output: given("output") ?? "table",
    fields: given("fields"),
    sort: given("sort"),
    where: given("where"),
    pool: orEnv("pool"),
    as: orEnv("as"),
    noInput: given("no-input") ?? false,
    color: given("color") ?? "auto",
    quiet: given("quiet") ?? false,
    whatIf: given("what-if") ?? false,
    confirm: given("confirm") ?? false,
    yes: given("yes") ?? false,
    force: given("force") ?? false,
    reason: orEnv("reason"),
    ifSerial: given("if-serial"),
    lockTimeout: given("lock-timeout") ?? 10,
    at: given("at"),
    directory: given("directory") ?? [],
  };
}
