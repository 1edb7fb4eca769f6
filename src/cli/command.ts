import type { Authorship, JournalEntry, Snapshot } from "../core/change.ts";
import type { ContentEdit, ContentFact } from "../core/content-change.ts";
import type { Draft } from "../core/draft.ts";
import type { ReadPlan } from "../core/environment/saved-plan.ts";
import { DomainError, type Hint } from "../core/errors.ts";
import type { Content } from "../core/message.ts";
import type { Outcome, Warning } from "../core/outcome.ts";
import { checkInteger, type PatchOf, parseBoolean, parseChoice } from "../core/property.ts";
import { eachOf, type Series } from "../core/shelf.ts";
import type { Collection, Nouns, State } from "../core/state.ts";
import type { Step, StepFailure } from "../core/steps.ts";
import type { Table } from "../core/table.ts";
import { parseTime, type Span } from "../core/time.ts";
import type { Paint } from "../output/color.ts";
import type { OutputDocument } from "../output/json.ts";
import type { ObjectView } from "../output/object-view.ts";
import type { Checksum } from "../output/plan-text.ts";
import type { Row, View } from "../output/view.ts";
import type {
  ByteSource,
  DataArchive,
  DirectoryReader,
  Moment,
  ReadManifest,
  ScriptLine,
  Store,
} from "./context.ts";
import type { ExitCode } from "./exit-code.ts";

/** What a word names, where it names something: questions and completion offer what there is. */
export type Named = Collection | "principal" | "user" | "user-policy";

/** One option of a command, declared once: parsing, help, questions and completion follow from it. */
export interface OptionSpec<T> {
  readonly kind: "value" | "switch" | "list";
  readonly meaning: string;
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
  /** Environment variable that stands in for the option. */
  readonly env?: string;
  /** Understood but not shown: what a cmdlet takes and pchat does not need. */
  readonly isHidden?: boolean;
  /** Other spellings, understood but not shown. */
  readonly aliases?: readonly string[];
  /** Whether the journal must not hold the value: it may be the text of a message. */
  readonly isPrivate?: boolean;
  /** Where neither its name nor its placeholder tells (see named.ts). */
  readonly names?: Named;
  /** The value that a word means; throws `invalid-value`. */
  readonly parse?: (label: string, word: string) => T extends readonly (infer E)[] ? E : NonNullable<T>;
  /** Set only in types. */
  readonly value?: T;
}

type Details = Partial<Pick<OptionSpec<unknown>, "placeholder" | "env" | "aliases" | "isPrivate" | "names">>;

export const value = (meaning: string, details: Details = {}): OptionSpec<string | undefined> => ({
  kind: "value",
  meaning,
  ...details,
});
export const flag = (meaning: string, details: Details = {}): OptionSpec<boolean> => ({
  kind: "switch",
  meaning,
  ...details,
});
/** An option that may be repeated: each gives one entry. */
export const list = (meaning: string, details: Details = {}): OptionSpec<readonly string[]> => ({
  kind: "list",
  meaning,
  ...details,
});
export const booleanValue = (meaning: string): OptionSpec<boolean | undefined> => ({
  kind: "value",
  meaning,
  placeholder: "true|false",
  choices: ["true", "false"],
  parse: parseBoolean,
});
export const choiceOf = <const C extends string>(
  choices: readonly C[],
  meaning: string,
): OptionSpec<C | undefined> => ({
  kind: "value",
  meaning,
  placeholder: choices.join("|"),
  choices,
  parse: ((label, word) => parseChoice(label, choices, word)) as OptionSpec<C | undefined>["parse"] & {},
});
export const integerValue = (
  meaning: string,
  limits: { readonly minimum?: number; readonly maximum?: number } = {},
): OptionSpec<number | undefined> => ({
  kind: "value",
  meaning,
  placeholder: "n",
  parse: (label, word) => checkInteger(label, limits, word),
});

/** A moment in the history of the store: a serial, or an ISO day (its end) or time. */
export const atMoment: OptionSpec<Moment | undefined> = {
  kind: "value",
  placeholder: "serial|time",
  meaning: "answer from the state as it was then",
  parse: (label, word) => parseMoment(label, word),
};

function parseMoment(label: string, word: string): Moment {
  if (/^\d+$/.test(word)) return { serial: Number(word) };
  const time = parseTime(word);
  if (time !== undefined) return { time: time.end };
  throw new DomainError("invalid-value", `${label} takes a serial or an ISO time, not \`${word}\``, {
    hint: {
      say: "for example 17, 2026-11-23 or 2026-11-23T14:00Z; see the serials with",
      commands: [["get-history"]],
    },
  });
}

export type { Moment };

export type OptionSpecs = Readonly<Record<string, OptionSpec<never> | OptionSpec<unknown>>>;
export type OptionValues<O> = {
  readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never;
};

/** The words of a command that are not options. */
export interface ArgumentSpec {
  readonly name: string;
  readonly meaning: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether `-` stands for words from stdin, one a line. */
  readonly stdin: boolean;
}

export const oneWord = (name: string, meaning: string): ArgumentSpec => ({
  name,
  meaning,
  minimum: 1,
  maximum: 1,
  stdin: false,
});
/** One or more words, or `-` for stdin. */
export const words = (name: string, meaning: string): ArgumentSpec => ({
  name,
  meaning: `${meaning}; - reads them from stdin, one a line`,
  minimum: 1,
  maximum: Number.POSITIVE_INFINITY,
  stdin: true,
});
/** Like words, and none means all. */
export const wordsOrAll = (name: string, meaning: string): ArgumentSpec => ({
  ...words(name, `${meaning}; all without`),
  minimum: 0,
});

/** The properties of a noun as options: all of them on `new`, those that change on `set`. */
export interface PropertyOptions<C extends Collection> {
  readonly collection: C;
  readonly on: "new" | "set";
  /** Only these properties of the noun; all of them without. */
  readonly only?: readonly (keyof Nouns[C]["properties"] & string)[];
  /** Options of the command that change something without any property. */
  readonly orOptions?: readonly string[];
}

export interface CommandInput<O, C extends Collection> {
  readonly words: readonly string[];
  /** Whether no word was given at all, which on `get-` means all; an empty stdin means none. */
  readonly all: boolean;
  readonly options: OptionValues<O>;
  /** What the property options say of the object. */
  readonly patch: PatchOf<Nouns[C]["properties"]>;
  /** The pool that narrows bare names: `--pool`, else PCHAT_POOL. */
  readonly pool: string | undefined;
  readonly yes: boolean;
  readonly force: boolean;
}

/** Shows on a terminal how far work has come that takes more than a second; elsewhere nothing. */
export interface Progress {
  /** The same items; each time they are gone through, those that were taken are counted. */
  over<T>(label: string, items: Series<T>): Iterable<T>;
  /** The same source, its bytes counted as they are read. */
  bytes(label: string, source: ByteSource): ByteSource;
  /** The same pieces of a file of `total` bytes, counted as they are read. */
  pieces(label: string, total: number, pieces: Iterable<Buffer>): Iterable<Buffer>;
}

/** What a command may do before its pure step: read files and stdin, load a library. */
export interface Preparation {
  readonly now: string;
  readonly progress: Progress;
  openSource(path: string): ByteSource;
  /** Text of a file, or of stdin for `-`. Throws `no-file`, `read-failed`, `invalid-file`. */
  readText(path: string): Promise<string>;
  /**
   * What a date or time means: a bare date is the whole day, in the time zone or in UTC. Undefined for no word.
   * Throws `invalid-value`, for `3/1/2018` with both readings.
   */
  spanOf(label: string, word: string | undefined, timezone: string | undefined): Promise<Span | undefined>;
  /** The value that a YAML or JSON file holds. */
  readDocument(path: string): Promise<unknown>;
  /** A SHA-256 of nothing so far. */
  startChecksum(): Promise<Checksum>;
  loadDirectoryReader(): Promise<DirectoryReader>;
  loadDataArchive(): Promise<DataArchive>;
  /** The changes in the store's journal, oldest first. */
  history(): AsyncIterable<JournalEntry>;
  /** The cells of a CSV file, or of stdin for `-`. */
  readTable(path: string): Promise<Table>;
  /** The command lines of a file, or of stdin for `-`. */
  readScript(path: string): Promise<Iterable<ScriptLine>>;
  /**
   * One command line (words after `pchat`) as a step for `runSteps`: read and prepared as if it were typed, under the
   * `--as`, `--pool`, `--yes` and `--force` of the running command unless the line has its own. A line that is
   * refused becomes a step that throws the refusal.
   */
  readStep(words: readonly string[], at: { readonly place: string; readonly line: number }): Promise<Step>;
  /** The word of `--as`. */
  readonly as: string | undefined;
  /** The step, refused where the role of `--as` does not allow its changes. */
  inRole(step: Step): Step;
  /** The manifest that files, folders of files, and stdin for `-` make together. */
  readManifest(paths: readonly string[]): Promise<ReadManifest>;
  /** A saved plan, with the text of its file in pieces. Throws `no-file`, `read-failed`, `invalid-file`. */
  readPlan(path: string): Promise<ReadPlan & { readonly pieces: Iterable<string> }>;
  /** Files below a folder, by path from where pchat was started; undefined where it is no folder. */
  listFolder(path: string): Promise<readonly string[] | undefined>;
  /** The first bytes of a file as text; undefined where there is none. */
  readBeginning(path: string): Promise<string | undefined>;
  /** Refuses the place of a file that is to be made; see requirePlace. */
  requirePlace(place: OutputPlace): Promise<void>;
  /**
   * The steps of setting up that a person chose at a terminal. Throws `nothing-to-change` where there is none, and
   * `confirmation-declined` where the person leaves.
   */
  askForSetup(): Promise<readonly Step[]>;
}

export interface Example {
  /** A line that can be typed as it stands. */
  readonly line: string;
  readonly does: string;
  /** Where it ends with a verdict. */
  readonly exitCode?: ExitCode;
}

interface Declaration<O extends OptionSpecs, C extends Collection> {
  /** Lower case, no full stop: what the command does. */
  readonly summary: string;
  /** Heading in the overview of commands. */
  readonly group: CommandGroup;
  /** The PowerShell cmdlet that it mirrors, which is an alias of its name. */
  readonly cmdlet?: string;
  readonly argument?: ArgumentSpec;
  readonly properties?: PropertyOptions<C>;
  readonly options?: O;
  readonly examples: readonly Example[];
  /** Paragraphs for help, after the options. */
  readonly notes?: readonly string[];
  /** Checks what the options say together, before anything is read. Throws `invalid-usage`. */
  readonly check?: (input: CommandInput<O, C>) => void;
}

export const commandGroups = [
  "store",
  "directory",
  "topology",
  "policies",
  "categories",
  "rooms",
  "messages",
  "add-ins",
  "configuration",
  "access",
  "bulk",
  "environments",
] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** Changes the state: the draft records what. */
export interface WriteShape<O extends OptionSpecs, C extends Collection, P> {
  readonly prepare?: (input: CommandInput<O, C>, preparation: Preparation) => Promise<P>;
  /** `content` holds the messages of rooms, as they are before the change. */
  readonly write: (draft: Draft, input: CommandInput<O, C>, prepared: P, content: Content) => WriteOutcome;
  /** Where it makes files: looked at before anything is done. */
  readonly outputs?: (input: CommandInput<O, C>) => readonly OutputPlace[];
  /** How the objects that it deals with are shown. */
  readonly view: ObjectView;
  /** Whether its steps act in their roles themselves. */
  readonly rolesByStep?: boolean;
  /** Whether it may not be a step among others. */
  readonly alone?: boolean;
  /**
   * Ends what `prepare` began, however the command ends. `outcome` is what was kept, or would be upon `--what-if`;
   * undefined where it was refused.
   */
  readonly finish?: (
    input: CommandInput<O, C>,
    prepared: P,
    end: { readonly outcome: WriteOutcome | undefined; readonly whatIf: boolean },
  ) => Promise<void>;
  /** What is shown in the place of its objects: what changes, property by property, and for whom. */
  readonly shows?: "changes";
  /** Whether a store that is not there is made by the change, in one with it. */
  readonly creates?: (input: CommandInput<O, C>, prepared: P) => boolean;
  /** The store that the change was made for; on any other it is refused as stale. */
  readonly expects?: (prepared: P) => ExpectedStore | undefined;
}

export type ExpectedStore = Pick<Snapshot, "lineage" | "serial" | "directoryHash">;

export interface WriteOutcome extends Outcome {
  /** A report of its own, shown in the place of the objects. */
  readonly report?: Rows;
  /** What is done to messages, in the same transaction, and what that comes to. */
  readonly content?: readonly ContentEdit[];
  readonly facts?: readonly ContentFact[];
  /** Parts that were left out because they failed, where it was asked to go on. */
  readonly failures?: readonly StepFailure[];
  /** Files to write once the change is kept, each in a place of the command's `outputs`. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
}

/** Answers from the state. */
export interface ReadShape<O extends OptionSpecs, C extends Collection, P> {
  readonly prepare?: (input: CommandInput<O, C>, preparation: Preparation) => Promise<P>;
  readonly read: (state: State, input: CommandInput<O, C>, prepared: P, moment: ReadMoment) => ReadResult;
}

/** Which state is read. */
export interface ReadMoment {
  readonly serial: number;
  /** The messages of rooms, as they are now whatever the moment. */
  readonly content: Content;
  /** The user of `--as`, as stored. */
  readonly user: string | undefined;
  /** A command (words after `pchat`) as a line that can be typed as it is, and reaches the same store. */
  readonly commandLine: (words: readonly string[]) => string;
}

export interface Rows {
  readonly view: View;
  readonly rows: Iterable<Row>;
  /** For people, in the place of a table. */
  readonly text?: (paint: Paint) => Iterable<string>;
}

/** Where a command makes a file, and what it may do for it. */
export interface OutputPlace {
  readonly path: string;
  /** Other files that the command names, be it to read them or to make them. */
  readonly others?: readonly string[];
  /** Whether it can be no device or pipe, which would be written into. */
  readonly onlyFile?: boolean;
  /** Whether the folders above it are made. */
  readonly makesFolders?: boolean;
  /** What is replaced without `--force`: nothing that is there, unless its beginning is one that the command made. */
  readonly replaces?: "anything" | ((beginning: string) => boolean);
}

/** A file that a command makes. */
export interface NewFile extends OutputPlace {
  readonly text: Iterable<string>;
}

export interface ReadResult extends Rows {
  /** The same for programs (json, ndjson, yaml), where the rows for people would be less than what is known. */
  readonly records?: Rows;
  /** The same as one value, in json and yaml. */
  readonly document?: OutputDocument;
  /** Written before anything is shown, all or none. What others made is replaced only with `--force`. */
  readonly files?: readonly NewFile[];
  /** Commands that would help, shown after the rows. */
  readonly hints?: readonly Hint[];
  readonly warnings?: readonly Warning[];
  readonly exitCode?: ExitCode;
}

/** Works on the store itself. */
export interface ServiceShape<O extends OptionSpecs, C extends Collection> {
  /** Whether it may be run with `--as`; otherwise it is an administrator's. */
  readonly takesRole?: boolean;
  readonly service: (context: ServiceContext, input: CommandInput<O, C>) => Promise<ReadResult>;
}

export interface ServiceContext {
  readonly store: Store;
  readonly now: string;
  readonly whatIf: boolean;
  /** Authorship of a change made by this command. */
  readonly author: Authorship;
  /** Asks, or takes `--yes`; throws `confirmation-required` or `confirmation-declined`. */
  confirm(question: string): Promise<void>;
  readonly preparation: Preparation;
  /** The store's present state; an empty one where there is no store and `create` says that it may be made. */
  snapshot(create: boolean): Promise<Snapshot>;
  /** Another store than the one of the command. */
  openStore(path: string): Store;
  /** The state that a backup holds. Throws `no-file`, `invalid-file`. */
  readBackup(path: string): Promise<Snapshot>;
}

export type CommandDefinition<
  O extends OptionSpecs = OptionSpecs,
  C extends Collection = Collection,
  P = unknown,
> = Declaration<O, C> & (WriteShape<O, C, P> | ReadShape<O, C, P> | ServiceShape<O, C>);

/** What runs a definition, its types forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the runner hands a definition only what it declared itself
export type AnyCommand = CommandDefinition<any, any, any>;

export function defineCommand<
  const O extends OptionSpecs = Record<never, never>,
  C extends Collection = never,
  P = undefined,
>(definition: CommandDefinition<O, C, P>): CommandDefinition<O, C, P> {
  return definition;
}

/** `-PassThru` and, on a set-, `-AsObject`: what they ask for is always so. */
export const alwaysSo: OptionSpec<boolean> = {
  kind: "switch",
  meaning: "understood, and always so",
  isHidden: true,
};
export const asObject = flag("show people by display name in the place of their address");

/** Options that several commands share, so that they mean the same everywhere. */
export const ifNotExists = flag("take an object that exists already as it is");
export const ifExists = flag("do not mind what is not there");
export const strict = flag("refuse what cannot be told without a directory");
export const removeIneligible = flag("take out the entries that would fall out of scope");

/** Which messages of a room are meant, by who wrote them and when. */
export const messageSpan = {
  "user-uri": value("only messages of this user", { placeholder: "user", aliases: ["user"] }),
  "start-date": value("only messages from this ISO day or time on", { placeholder: "time" }),
  "end-date": value("only messages up to this ISO day or time, the whole of the day", {
    placeholder: "time",
  }),
  timezone: value("time zone of days (default UTC)", { placeholder: "name" }),
} satisfies OptionSpecs;

/** Which settings of a scope are listed. */
export const settingsOptions = {
  filter: value("only those whose identity matches, * and ? being wildcards", { placeholder: "pattern" }),
  effective: flag("for each pool, or the one of --pool, what applies to it, and from where"),
} satisfies OptionSpecs;

/** Throws `invalid-usage` for `--effective` where settings are named. */
export const checkSettingsOptions =
  (name: string) =>
  ({
    all,
    options,
  }: {
    readonly all: boolean;
    readonly options: OptionValues<typeof settingsOptions>;
  }): void => {
    if (!options.effective || (all && options.filter === undefined)) return;
    throw new DomainError(
      "invalid-usage",
      "`--effective` goes with `--pool`, not with an identity or `--filter`",
      { hint: { say: "see how it is used", commands: [[name, "--help"]] } },
    );
  };

/** What the commands that read CSV files have in common. */
export const csvOptions = {
  "continue-on-error": flag("leave out the rows that fail, keep the others, and end with exit code 7"),
  failed: value("with --continue-on-error, a CSV file for the rows that fail, with the reasons", {
    placeholder: "file",
  }),
} satisfies OptionSpecs;

export const csvFile = oneWord("file", "CSV file; - reads stdin");

/** Throws `invalid-usage` for `--failed` where a row that fails refuses all. */
export function checkCsvOptions({ options }: { readonly options: OptionValues<typeof csvOptions> }): void {
  if (options.failed === undefined || options["continue-on-error"]) return;
  throw new DomainError("invalid-usage", "`--failed` goes with `--continue-on-error`", {
    hint: { say: "without it a row that fails refuses all, and nothing is left for a second run" },
  });
}

/** Where the rows that fail are left. */
export const csvOutputs = (input: {
  readonly words: readonly string[];
  readonly options: OptionValues<typeof csvOptions>;
}): readonly OutputPlace[] =>
  input.options.failed === undefined ? [] : [{ path: input.options.failed, others: input.words }];

/** The rows of a CSV file, and what goes through their steps: each must be such as the role of `--as` allows. */
export async function readRows(path: string, { inRole, progress, readTable }: Preparation) {
  const table = await readTable(path);
  const watch = (steps: Series<Step>): Iterable<Step> =>
    progress.over(`importing ${table.name}`, eachOf(steps, inRole));
  return { table, watch };
}

export const csvNotes: readonly string[] = [
  "Files of spreadsheets are read as they come: UTF-8 or UTF-16, with commas, semicolons or tabs. Entries of a list stand in one cell, | between them. An empty cell leaves the property as it is, $null clears it. What output wrote with a ' before it, so that no spreadsheet runs it as a formula, is read without.",
  "What is not there is created, what is there is changed. All rows are one change: if one fails nothing is kept, and all that fail are reported, each with its row and columns. --failed replaces a file that is there already only with --force. With --as each row must be such as the role of that user allows.",
];
/** Options of everything that makes a store hold what a manifest wants. */
export const manifestOptions = {
  file: list("manifest: a YAML or JSON file, a folder of them, or - for stdin", { placeholder: "path" }),
  prune: flag("remove what the collections that the manifest names hold beside it"),
  "max-removals": integerValue("most objects that --prune may remove (default 20)"),
  adopt: flag("keep what breaks a rule, as a real deployment may hold it, and report it"),
  strict,
  create: flag("make the store where there is none"),
} satisfies OptionSpecs;
