import type { Snapshot } from "../core/change.ts";
import { createDraft } from "../core/draft.ts";
import { DomainError } from "../core/errors.ts";
import type { State } from "../core/state.ts";
import { type OutputDocument, renderJsonDocument } from "../output/json.ts";
import { runnableLine } from "../output/messages.ts";
import { warningWords } from "../output/wording.ts";
import type { NewFile, OptionSpecs, ReadResult, ReadShape, ServiceShape } from "./command.ts";
import { agree } from "./confirm.ts";
import type { Store } from "./context.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { requirePlace } from "./output-place.ts";
import { preparation } from "./preparation.ts";
import {
  actingUser,
  authorship,
  checkColumns,
  isQuietJson,
  messageContext,
  openStore,
  print,
  printRows,
  type Session,
  seenBy,
  tellLine,
  tellWarning,
  untilClosed,
} from "./session.ts";
import { unmadeStore } from "./unmade-store.ts";

/** Runs a command that answers from the state. */
export async function runRead(
  session: Session,
  definition: ReadShape<OptionSpecs, never, unknown>,
): Promise<ExitCode> {
  const store = openStore(session);
  const prepared = await definition.prepare?.(session.input, preparation(session, store));
  const snapshot = await store.read(session.globals.at);
  if (!isQuietJson(session.globals) && !session.globals.quiet) {
    for (const notice of snapshot.notices) await tellWarning(session, notice);
  }
  const state = await withDirectory(session, store, snapshot);
  const user = actingUser(session.globals, state);
  return showResult(
    session,
    store,
    definition.read(seenBy(user, state), session.input, prepared, {
      serial: snapshot.serial,
      content: snapshot.content,
      user,
      commandLine: (words) => runnableLine(words, messageContext(session.world, session.globals)),
    }),
  );
}

/** The state with the export that `--directory` names in the place of its own directory. */
async function withDirectory(session: Session, store: Store, snapshot: Snapshot): Promise<State> {
  const { world, globals } = session;
  if (globals.directory.length === 0) return snapshot.state;
  const { openSource, loadDirectoryReader } = preparation(session, store);
  const reader = await loadDirectoryReader();
  const { content } = await reader.read(globals.directory.map(openSource), {
    sipAttribute: undefined,
    siteAttribute: undefined,
    netbios: [],
  });
  const known = snapshot.directoryHash;
  if (known !== null && known !== (await store.directoryChecksum(content)) && !isQuietJson(globals)) {
    await tellWarning(session, "the export of --directory is not the directory that the store had then");
  }
  const date = world.now();
  const draft = createDraft(snapshot.state, snapshot.nextId);
  draft.replaceDirectory({ content, date, directory: reader.open(content, date) });
  return draft;
}

/** Runs a command that works on the store itself. */
export async function runService(
  session: Session,
  definition: ServiceShape<OptionSpecs, never>,
): Promise<ExitCode> {
  const { world, globals } = session;
  if (definition.takesRole !== true) refuseRole(session);
  const store = openStore(session);
  const result = await definition.service(
    {
      store,
      snapshot: async (create) =>
        create && !(await store.exists()) ? unmadeStore(store).read() : store.read(),
      now: world.now(),
      whatIf: globals.whatIf,
      author: authorship(session, world.argv.slice(1)),
      preparation: preparation(session, store),
      openStore: (path) => openStore(session, path),
      readBackup: (path) => world.readBackup(path),
      confirm: async (question) => {
        if (!globals.yes || globals.confirm) await agree(session, [{ text: question }]);
      },
    },
    session.input,
  );
  return showResult(session, store, result);
}

/** The store itself is the administrator's. */
function refuseRole({ globals, name }: Session): void {
  if (globals.as === undefined) return;
  throw new DomainError(
    "not-permitted",
    `\`${name}\` is an administrator's, so it cannot be run as \`${globals.as}\``,
    {
      hint: { say: "run it without --as, and without PCHAT_AS" },
      details: { user: globals.as, roles: ["administrator"] },
    },
  );
}

async function showResult(session: Session, store: Store, result: ReadResult): Promise<ExitCode> {
  const isDocument = result.document !== undefined && /^(json|yaml)$/.test(session.globals.output);
  const isForPrograms = /^(json|ndjson|yaml)$/.test(session.globals.output);
  const shown = isForPrograms ? (result.records ?? result) : result;
  if (!isDocument) checkColumns(session, shown);
  await writeFiles(session, store, result.files ?? []);
  await untilClosed(() => (isDocument ? printDocument(session, result.document) : printRows(session, shown)));
  if (!isQuietJson(session.globals)) await tellRest(session, result);
  return result.exitCode ?? exitCode.done;
}

async function printDocument({ world, globals }: Session, document: OutputDocument): Promise<void> {
  const render =
    globals.output === "json" ? renderJsonDocument : (await import("../output/yaml.ts")).renderYamlDocument;
  for (const chunk of render(document)) await print(world.stdout, chunk);
}

/** Nothing is written where one of the files may not be. */
async function writeFiles(
  { world, globals }: Session,
  store: Store,
  files: readonly NewFile[],
): Promise<void> {
  for (const file of files) await requirePlace(world, store, globals.force, file);
  for (const { path, text } of files) await world.writeFile(path, text);
}

async function tellRest(session: Session, { warnings = [], hints = [] }: ReadResult): Promise<void> {
  const context = messageContext(session.world, session.globals);
  for (const warning of warnings) await tellWarning(session, warningWords(warning));
  if (session.globals.quiet) return;
  for (const { say, commands = [] } of hints) {
    await tellLine(session, commands.length === 0 ? say : `${say}:`);
    for (const words of commands) await tellLine(session, `  ${runnableLine(words, context)}`);
  }
}
