import { DomainError } from "../core/errors.ts";
import { mayAsk, openPrompts, type Session } from "./session.ts";

/**
 * Asks each question, in order. Throws `confirmation-required` where nobody can be asked, and
 * `confirmation-declined` upon a no: nothing is written either way.
 */
export async function agree(session: Session, questions: readonly string[]): Promise<void> {
  if (questions.length === 0) return;
  if (!mayAsk(session)) throw cannotAsk(session, questions);
  const prompts = await openPrompts(session);
  for (const question of questions) {
    if (!(await prompts.confirm(question))) {
      throw new DomainError("confirmation-declined", "declined; nothing was written");
    }
  }
}

function cannotAsk({ name, globals }: Session, questions: readonly string[]): DomainError {
  const say = globals.confirm
    ? "run it at a terminal, or answer beforehand with --yes"
    : "answer yes beforehand with --yes, or see what would happen with --what-if";
  return new DomainError("confirmation-required", `\`${name}\` needs a yes: ${questions.join(" ")}`, {
    hint: { say },
    details: { questions, flag: "--yes" },
  });
}
