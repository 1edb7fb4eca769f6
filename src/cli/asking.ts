import { DomainError } from "../core/errors.ts";
import type { State } from "../core/state.ts";
import { commandLine, describeError, errorText } from "../output/messages.ts";
import { withOptions } from "../output/shell-words.ts";
import type { Prompts, World } from "./context.ts";
import { type Globals, globalsFrom } from "./globals.ts";
import { parseArguments } from "./parse.ts";
import {
  actingUser,
  type CommandLine,
  isQuietJson,
  openPrompts,
  openStore,
  seenBy,
  stderrPaint,
  tell,
  tellLine,
} from "./session.ts";

/** What questions need: who asks about what, and the way to the person. */
export interface Asking {
  readonly line: CommandLine;
  readonly globals: Globals;
  readonly prompts: Prompts;
  /** Width of the terminal. */
  readonly columns: number;
  /** The state that the person sees. */
  state(): Promise<State>;
}

/** Opens the way to the person. */
export async function startAsking(line: CommandLine): Promise<Asking> {
  const { name, definition, argv } = line;
  const globals = globalsFrom(parseArguments(name, definition, argv).values, line.world.env);
  const world = rememberingPrompts(line.world);
  return {
    line: { ...line, world },
    globals,
    prompts: await openPrompts({ world, globals }),
    columns: world.stderr.columns ?? 80,
    state: async () => {
      const { state } = await openStore({ world, globals, name }).read();
      return seenBy(actingUser(globals, state), state);
    },
  };
}

/** Whether a yes was given in the course of a run: then its line needs `--yes` to do the same alone. */
const agreements = new WeakSet<World>();

function rememberingPrompts(outside: World): World {
  const world: World = {
    ...outside,
    loadPrompts: async (options) => {
      const prompts = await outside.loadPrompts(options);
      const noting =
        <A extends readonly unknown[], T>(ask: (...words: A) => Promise<T>) =>
        async (...words: A): Promise<T> => {
          const answer = await ask(...words);
          agreements.add(world);
          return answer;
        };
      return { ...prompts, confirm: noting(prompts.confirm) };
    },
  };
  return world;
}

/** Tells the line that does what was just done, quoted for the shell. */
export async function tellEquivalent(
  { globals, line }: Asking,
  { name, argv, world }: CommandLine,
): Promise<void> {
  if (globals.quiet || isQuietJson(globals)) return;
  const yes = agreements.has(line.world) && !globals.yes ? ["--yes"] : [];
  await tellLine({ world }, "the same as one command:");
  await tellLine({ world }, `  ${commandLine([name, ...withOptions(argv, yes)], world.platform)}`);
}

/** A refusal within a form, which goes on. */
export async function tellRefusal({ line: { world }, globals }: Asking, error: DomainError): Promise<void> {
  const message = await describeError(error, { shell: world.platform, globalWords: [] });
  await tell(world.stderr, errorText(message, await stderrPaint(world, globals.color)));
}

/** What is wrong with an answer, in words; undefined where it can be read. */
export function faultIn(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
