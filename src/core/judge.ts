import { judgeCategoryWrite } from "./category.ts";
import type { Draft } from "./draft.ts";
import { DomainError } from "./errors.ts";
import { identityOf } from "./identity.ts";
import type { Category } from "./nouns/category.ts";
import type { Pool } from "./nouns/pool.ts";
import type { Room } from "./nouns/room.ts";
import type { Warning } from "./outcome.ts";
import { allFailures } from "./principal.ts";
import { danglingIn, isDangling, type Reference, referencesOf } from "./references.ts";
import { judgeRoomWrite } from "./room.ts";
import { rememberingJudge, type ScopeJudge } from "./scope-rules.ts";
import { requireServers } from "./servers.ts";
import { type Collection, nouns, type State, type Write } from "./state.ts";
import { requireFreeIdentity } from "./unique-name.ts";

/**
 * Every rule of the domain (design: rules, 2 to 7) over all that a draft has written, whatever wrote it and in which
 * order: names, references, scope, presenters. The state at the end is judged, against the state before the first
 * write, so that old faults stay and only new ones are refused. Throws one refusal for all that is wrong; returns
 * the warnings.
 */
export function judgeDraft(draft: Draft): Warning[] {
  const writes = draft.writes();
  const failures: DomainError[] = [];
  const judge = (step: () => readonly Warning[]): readonly Warning[] => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failures.push(error);
      return [];
    }
  };
  for (const write of writes) judge(() => requireWhole(draft, write));
  if (writes.some(({ after }) => after === undefined)) judge(() => requireNothingDangling(draft));
  // Without what a room or a category refers to, its people cannot be judged.
  if (failures.length > 0) throw allFailures(failures);
  const inScope = rememberingJudge(draft);
  const warnings = writes.flatMap((write) => judge(() => judgePeople(draft, write, inScope)));
  if (failures.length > 0) throw allFailures(failures);
  return warnings;
}

function requireWhole(draft: Draft, { collection, before, after }: Write): [] {
  if (after === undefined) {
    requireNotGlobal(collection, identityOf(collection, before as never));
    return [];
  }
  requireFreeIdentity(draft, collection, after as never);
  if (collection === "pools") requireServers(after as Pool);
  const missing = referencesOf(collection, after as never).find((reference) => isDangling(draft, reference));
  if (missing === undefined) return [];
  const identity = identityOf(collection, after as never);
  throw new DomainError(
    "missing-reference",
    `${nouns[collection].one} \`${identity}\` needs a ${nouns[missing.collection].one} that is not there`,
    { details: { kind: nouns[collection].kind, identity, needs: nouns[missing.collection].kind } },
  );
}

/** Global policy and configuration are there from the start, and for good; for compliance no object says the defaults. */
function requireNotGlobal(collection: Collection, identity: string): void {
  if (identity.toLowerCase() !== "global" || collection === "complianceConfigurations") return;
  const { kind, one } = nouns[collection];
  throw new DomainError("not-permitted", `${one} \`${identity}\` cannot be removed`, {
    hint: { say: "reset it to its defaults", commands: [[`remove-${kind}`, identity]] },
    details: { kind, identity },
  });
}

const shownReferrers = 10;

function requireNothingDangling(draft: Draft): [] {
  const left = [...danglingIn(draft)];
  if (left.length === 0) return [];
  const named = left
    .slice(0, shownReferrers)
    .map(
      ({ collection, id }) =>
        `${nouns[collection].one} \`${identityOf(collection, draft.get(collection, id)!)}\``,
    );
  const more = left.length > shownReferrers ? ` and ${left.length - shownReferrers} more` : "";
  const needed = nameOf(draft.base, left[0]!.reference);
  throw new DomainError("in-use", `${needed} is still needed by ${named.join(", ")}${more}`, {
    hint: { say: "remove or change those first" },
    details: {
      neededBy: left.map(({ collection: by, id }) => ({
        kind: nouns[by].kind,
        identity: identityOf(by, draft.get(by, id)!),
      })),
    },
  });
}

/** What a reference of the state before led to, in words. */
function nameOf(state: State, { collection, target }: Reference): string {
  const object = typeof target === "number" ? state.get(collection, target) : undefined;
  const identity = object === undefined ? target : identityOf(collection, object);
  return `${nouns[collection].one} \`${identity}\``;
}

function judgePeople(
  draft: Draft,
  { collection, before, after }: Write,
  inScope: ScopeJudge,
): readonly Warning[] {
  if (after === undefined) return [];
  if (collection === "rooms") {
    return judgeRoomWrite(draft, before as Room | undefined, after as Room, { judge: inScope });
  }
  if (collection === "categories")
    return judgeCategoryWrite(draft, before as Category | undefined, after as Category);
  return [];
}
