import { DomainError } from "../core/errors.ts";
import type { Asked } from "./questions.ts";
import { mayAsk, openPrompts, type Session } from "./session.ts";

/**
 * Asks each question, in order. Throws `confirmation-required` where nobody can be asked, and
 * `confirmation-declined` upon a no: nothing is written either way.
 */
export async function agree(session: Session, questions: readonly Asked[]): Promise<void> {
  if (questions.length === 0) return;
  if (!mayAsk(session)) throw cannotAsk(session, questions);
  const prompts = await openPrompts(session);
  for (const { text, typed } of questions) {
    if (!(await prompts.confirm(text, typed))) {
      throw new DomainError("confirmation-declined", "declined; nothing was written");
    }
  }
}

function cannotAsk({ name, globals }: Session, asked: readonly Asked[]): DomainError {
  const questions = asked.map(({ text }) => text);
  const say = globals.confirm
    ? "run it at a terminal, or answer beforehand with --yes"
    : "answer yes beforehand with --yes, or see what would happen with --what-if";
  return new DomainError("confirmation-required", `\`${name}\` needs a yes: ${questions.join(" ")}`, {
    hint: { say },
    details: { questions, flag: "--yes" },
  });
}
