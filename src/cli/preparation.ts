import { DomainError } from "../core/errors.ts";
import { noContent } from "../core/message.ts";
import { again } from "../core/sequence.ts";
import type { Step } from "../core/steps.ts";
import {
  type AnyCommand,
  csvOptions,
  type OptionSpecs,
  type Preparation,
  type Progress,
  type WriteOutcome,
  type WriteShape,
} from "./command.ts";
import { createInputReader } from "./command-input.ts";
import { commandName } from "./command-name.ts";
import type { FileBytes, ManifestFile, ReadManifest, Store, World } from "./context.ts";
import { type Globals, globalOptions, globalsFrom } from "./globals.ts";
import { heldBytes } from "./held-bytes.ts";
import { pchatWords } from "./line-words.ts";
import { requirePlace } from "./output-place.ts";
import { createParser, HelpAsked, ownOptions, type Parsed } from "./parse.ts";
import { progressOf } from "./progress.ts";
import { inRole, stepInRole } from "./role.ts";
import { mayAsk, type Session } from "./session.ts";
import { isUtf16, readText, textOf } from "./text-files.ts";

/** The ways to the outside that a command has before its pure step. */
export function preparation(session: Session, store: Store): Preparation {
  const { world, globals, name, definition } = session;
  const progress = progressOf({ world, globals });
  const made: Preparation = {
    progress,
    history: () => store.history(),
    now: world.now(),
    readText: (path) => readText(world, path),
    spanOf: async (label, word, timezone) => {
      if (word === undefined && timezone === undefined) return undefined;
      const { spanIn } = await import("./day-span.ts");
      return word === undefined ? undefined : spanIn(label, word, timezone);
    },
    openSource: (path) => {
      const source = path === "-" ? stdinSource(world) : world.openFile(path);
      return progress.bytes(`reading ${source.name}`, source);
    },
    readDocument: async (path) => (await world.loadDocumentReader())(await readText(world, path), path),
    startChecksum: async () => (await import("node:crypto")).createHash("sha256"),
    loadDirectoryReader: () => world.loadDirectoryReader(),
    loadDataArchive: () => world.loadDataArchive(),
    readTable: async (path) => (await world.loadCsvReader())(made.openSource(path), world.openShelf()),
    readScript: async (path) => {
      const [read, text] = [await world.loadScriptReader(), await readText(world, path)];
      return read(text, world.env);
    },
    readStep: stepReader(world, globals, () => made),
    listFolder: (path) => world.listFolder(path),
    readBeginning: (path) => world.readBeginning(path),
    requirePlace: (place) => requirePlace(world, store, globals.force, place),
    as: globals.as,
    inRole: (step) => stepInRole(globals.as, step),
    readManifest: (paths) => readManifest(world, progress, paths),
    readPlan: async (path) => {
      const [read, file] = [await world.loadPlanReader(), await manifestFile(world, progress, path, true)];
      return { ...read(file, world.openShelf()), pieces: again(() => textPieces(file)) };
    },
    askForSetup: async () => {
      if (!mayAsk(session)) throw needsTerminal(name);
      const [{ startAsking }, { askForSetup }] = [
        await import("./asking.ts"),
        await import("./setup-guide.ts"),
      ];
      const asking = await startAsking({ world, name, definition, argv: world.argv.slice(1) });
      return askForSetup(asking, session, store, made.readStep);
    },
  };
  return made;
}

/** A folder stands for every YAML and JSON file below it. */
async function readManifest(
  world: World,
  progress: Progress,
  paths: readonly string[],
): Promise<ReadManifest> {
  const read = await world.loadManifestReader();
  const files: ManifestFile[] = [];
  for (const path of paths) {
    const inside = path === "-" ? undefined : await world.listFolder(path);
    const isNamed = inside === undefined;
    const before = files.length;
    for (const each of inside?.filter(mayBeManifest) ?? [path]) {
      files.push(await manifestFile(world, progress, each, isNamed));
    }
    if (files.length === before) throw noManifest(path);
  }
  return read(files, world.openShelf());
}

/** A file as UTF-8, of whatever encoding its text is; `-` is stdin. */
async function manifestFile(
  world: World,
  progress: Progress,
  path: string,
  isNamed: boolean,
): Promise<ManifestFile> {
  const name = path === "-" ? "stdin" : path;
  const found = path === "-" ? heldBytes(await world.stdin.read()) : world.openBytes(path);
  const text = (): string => textOf(joined(found.bytes()), name);
  let utf8: FileBytes | undefined;
  // Most files are small, and only their text is asked for.
  const asUtf8 = (): FileBytes => {
    utf8 ??= isUtf16(joined(found.bytes({ offset: 0, length: 2 }))) ? heldBytes(Buffer.from(text())) : found;
    return utf8;
  };
  return {
    name,
    isNamed,
    size: found.size,
    text,
    bytes: (place) => {
      const { size, bytes } = asUtf8();
      return place === undefined ? progress.pieces(`reading ${name}`, size, bytes()) : bytes(place);
    },
  };
}

const joined = (pieces: Iterable<Buffer>): Buffer => Buffer.concat([...pieces]);

function* textPieces({ bytes }: ManifestFile): Iterable<string> {
  const decoder = new TextDecoder();
  for (const piece of bytes()) yield decoder.decode(piece, { stream: true });
}

const noManifest = (folder: string): DomainError =>
  new DomainError("invalid-file", `\`${folder}\` holds no manifest: no YAML or JSON file`, {
    hint: {
      say: "name the folder that holds them, or write what there is with",
      commands: [["export-environment", "--split", folder]],
    },
    details: { folder },
  });

/** The directory of a store is no manifest, and may be large. */
const mayBeManifest = (path: string): boolean =>
  /\.(ya?ml|json)$/i.test(path) && !/\.directory\.json$/i.test(path);
const needsTerminal = (name: string): DomainError =>
  new DomainError("nothing-to-change", `\`${name}\` asks at a terminal, and nobody can be asked here`, {
    hint: {
      say: "in a script, give the lines to invoke-script; what is missing is listed by",
      commands: [["test-deployment"]],
    },
  });

function stdinSource(world: World): ReturnType<World["openFile"]> {
  return {
    name: "stdin",
    chunks: (async function* () {
      yield await world.stdin.read();
    })(),
  };
}

/** One command as its lines need it, made when its first line comes. */
interface Known {
  readonly name: string;
  readonly definition: WriteShape<OptionSpecs, never, unknown>;
  readonly parse: (argv: readonly string[]) => Parsed;
  readonly refused: readonly string[];
  readonly readInput: ReturnType<typeof createInputReader>;
}

/** What a line may say for itself; everything else is said once, for all lines. */
const ofOneLine = ["pool", "as", "yes", "force"];

/**
 * Reads command lines as steps: `prepare` is run here, `write` by the step, in the line's role. A line that cannot
 * be read becomes a step that throws why.
 */
function stepReader(world: World, globals: Globals, own: () => Preparation): Preparation["readStep"] {
  const commands = new Map<string, Promise<Known>>();
  const find = (word: string): Promise<Known> => {
    let known = commands.get(word);
    if (known === undefined) {
      known = loadCommand(world, word);
      commands.set(word, known);
    }
    return known;
  };
  const read = async ([word, ...argv]: readonly string[]): Promise<Step["run"]> => {
    if (word === undefined) throw new DomainError("invalid-usage", "a line needs a command");
    const known = await find(word);
    const { words } = await pchatWords(word, known.definition as AnyCommand, argv);
    const parsed = known.parse(words);
    refuseForAll(known, parsed);
    const asked = globalsFrom(parsed.values, {});
    const line = lineGlobals(globals, asked);
    const input = await known.readInput(world, parsed, line);
    const { definition } = known;
    const prepared = await definition.prepare?.(input, {
      ...own(),
      as: line.as,
      inRole: (step) => stepInRole(line.as, step),
    });
    return (draft): WriteOutcome => {
      const written = definition.write(draft, input, prepared, noContent);
      const outcome = definition.rolesByStep === true ? written : inRole(line.as, draft, written);
      // What is done to messages is no part of a draft.
      if (outcome.content !== undefined) throw notAStep(known.name, definition as AnyCommand);
      return line.yes ? { ...outcome, questions: [] } : outcome;
    };
  };
  return async (words, { place, line }) => {
    try {
      return { place, line, run: await read(words) };
    } catch (error) {
      const refusal = error instanceof HelpAsked ? helpInLine() : error;
      if (!(refusal instanceof DomainError)) throw error;
      return {
        place,
        line,
        run: () => {
          throw refusal;
        },
      };
    }
  };
}

const lineGlobals = (all: Globals, line: Globals): Globals => ({
  ...all,
  pool: line.pool ?? all.pool,
  as: line.as ?? all.as,
  yes: line.yes || all.yes,
  force: line.force || all.force,
});

async function loadCommand(world: World, word: string): Promise<Known> {
  const name = await commandName(world, word);
  const definition = (await world.commands.load(name)) as AnyCommand;
  if (!("write" in definition) || definition.alone === true) throw notAStep(name, definition);
  const own = ownOptions(definition);
  return {
    name,
    definition,
    parse: createParser(name, definition),
    refused: [
      ...Object.keys(globalOptions("write")).filter((key) => !(key in own) && !ofOneLine.includes(key)),
      ...Object.keys(own).filter((key) => key in csvOptions),
    ],
    readInput: createInputReader(name, definition),
  };
}

function notAStep(name: string, definition: AnyCommand): DomainError {
  const say =
    "read" in definition
      ? "it only reads: run it before or after"
      : "run it by itself, before or after: it is no change to the objects of a store";
  return new DomainError("invalid-usage", `\`${name}\` cannot be one of several steps`, { hint: { say } });
}

const helpInLine = (): DomainError =>
  new DomainError("invalid-usage", "help cannot be asked for in a script", {
    hint: { say: "ask for it at the prompt, with the same words" },
  });

/** One transaction has one store, one reason, and one output. */
function refuseForAll({ name, refused }: Known, { values }: Parsed): void {
  const given = refused.find((key) => values[key] !== undefined);
  if (given === undefined) return;
  throw new DomainError("invalid-usage", `\`--${given}\` cannot be given to one line: all are one change`, {
    hint: { say: `take it off the \`${name}\` line, and give it to the whole if it is meant` },
  });
}
