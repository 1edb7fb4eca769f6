import type { Consequences } from "../core/effects.ts";
import { identityOf } from "../core/identity.ts";
import type { Effect, Touched, Warning } from "../core/outcome.ts";
import { again } from "../core/sequence.ts";
import { type Collection, nouns, type State, type Write } from "../core/state.ts";
import type { OutputDocument } from "./json.ts";
import { type StoredView, storedView } from "./object-view.ts";
import type { Row } from "./view.ts";
import { warningWords } from "./wording.ts";

export type ChangeAction = "created" | "updated" | "removed" | "unchanged";

/** What became of one object. Its rows are made when they are asked for: of many thousands mostly the number is. */
export interface ObjectChange {
  readonly action: ChangeAction;
  readonly kind: string;
  readonly identity: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** Two states, and all that differs between them. */
export interface Difference {
  readonly before: State;
  readonly after: State;
  /** Objects that were named, changed or not. */
  readonly touched: readonly Touched[];
  readonly writes: readonly Write[];
}

/** What became of each object: those that were named in their order, then whatever else changed. */
export function changesOf({ before, after, touched, writes }: Difference): ObjectChange[] {
  const written = new Map(writes.map((write) => [`${write.collection} ${write.id}`, write]));
  const named = touched.map((each) => {
    const key = `${each.collection} ${each.id}`;
    const write = written.get(key);
    written.delete(key);
    return write === undefined ? unchanged(after, each) : changed(before, after, write);
  });
  return [...named, ...[...written.values()].map((write) => changed(before, after, write))];
}

const views = new Map<Collection, StoredView<Collection>>();

function viewOf(collection: Collection): StoredView<Collection> {
  let view = views.get(collection);
  if (view === undefined) {
    view = storedView(collection);
    views.set(collection, view);
  }
  return view;
}

function unchanged(state: State, touched: Touched): ObjectChange {
  const { kind } = nouns[touched.collection];
  const row = (): Row | null => viewOf(touched.collection).row(state, touched) ?? null;
  return {
    action: "unchanged",
    kind,
    identity: touched.identity,
    get before() {
      return row();
    },
    get after() {
      return row();
    },
  };
}

function changed(was: State, is: State, { collection, id, before, after }: Write): ObjectChange {
  const identity = identityOf(collection as Collection, (after ?? before) as never);
  const touched = { collection, id, identity };
  return {
    action: before === undefined ? "created" : after === undefined ? "removed" : "updated",
    kind: nouns[collection].kind,
    identity,
    get before() {
      return viewOf(collection).row(was, touched) ?? null;
    },
    get after() {
      return viewOf(collection).row(is, touched) ?? null;
    },
  };
}

/** The result of a write for scripts (design: the command line, -o json). Its lists are made as they are read. */
export type ChangeDocument = OutputDocument & {
  readonly changed: boolean;
  readonly dryRun: boolean;
  readonly serial: number;
  readonly changes: Iterable<ObjectChange>;
  readonly effects: Iterable<Effect>;
  readonly warnings: readonly (Warning & { readonly message: string })[];
};

export interface ChangeParts {
  readonly changed: boolean;
  readonly dryRun: boolean;
  readonly serial: number;
  readonly changes: readonly ObjectChange[];
  readonly consequences: Consequences;
  readonly warnings: readonly Warning[];
}

export function changeDocument({ changes, consequences, warnings, ...rest }: ChangeParts): ChangeDocument {
  return {
    ...rest,
    changes: again(() => changes),
    effects: again(consequences.effects),
    warnings: warnings.map((warning) => ({ ...warning, message: warningWords(warning) })),
  };
}
