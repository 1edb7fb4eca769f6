import { createInputReader } from "./command-input.ts";
import type { ExitCode } from "./exit-code.ts";
import { globalsFrom } from "./globals.ts";
import { type Parsed, parseArguments } from "./parse.ts";
import { runRead, runService } from "./run-read.ts";
import { runWrite } from "./run-write.ts";
import { type CommandLine, type Session, stderrPaint } from "./session.ts";

/** Everything that a line says, checked. Throws DomainErrors of kind usage, `nothing-to-change`, and HelpAsked. */
export async function openSession(line: CommandLine, given?: Parsed): Promise<Session> {
  const { name, definition, argv } = line;
  // The journal keeps the line that ran, answers to questions included.
  const world = { ...line.world, argv: [name, ...argv] };
  const parsed = given ?? parseArguments(name, definition, argv);
  const globals = globalsFrom(parsed.values, world.env);
  const input = await createInputReader(name, definition)(world, parsed, globals);
  return { world, name, definition, globals, input, paint: await stderrPaint(world, globals.color) };
}

/** Runs a line whose session is open. */
export function runSession(session: Session): Promise<ExitCode> {
  const { definition } = session;
  if ("write" in definition) return runWrite(session, definition);
  if ("read" in definition) return runRead(session, definition);
  return runService(session, definition);
}
