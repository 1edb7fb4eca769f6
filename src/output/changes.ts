import type { Consequences } from "../core/effects.ts";
import { identityOf } from "../core/identity.ts";
import type { Effect, Touched, Warning } from "../core/outcome.ts";
import { again } from "../core/sequence.ts";
import { type Collection, nouns, type State, type Write } from "../core/state.ts";
import { actionOf } from "../core/steps.ts";
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
  const written = writesById(writes);
  const named = touched.map((each): ObjectChange => {
    const own = written.get(each.collection);
    const write = each.id === undefined ? undefined : own?.get(each.id);
    if (write === undefined) return new Unchanged(after, each);
    own!.delete(write.id);
    return new Changed({ before, after }, write);
  });
  const others = writes.filter(({ collection, id }) => written.get(collection)!.has(id));
  return [...named, ...others.map((write) => new Changed({ before, after }, write))];
}

function writesById(writes: readonly Write[]): ReadonlyMap<Collection, Map<number, Write>> {
  const written = new Map<Collection, Map<number, Write>>();
  for (const write of writes) {
    const own = written.get(write.collection) ?? new Map<number, Write>();
    written.set(write.collection, own.set(write.id, write));
  }
  return written;
}

const views = new Map<Collection, StoredView<Collection>>();

function rowOf(state: State, touched: Touched): Row | null {
  const { collection } = touched;
  const view = views.get(collection) ?? storedView(collection);
  views.set(collection, view);
  return view.row(state, touched) ?? null;
}

/** An object that was named, and is as it was. Of many thousands only this much is held. */
class Unchanged implements ObjectChange {
  readonly action = "unchanged";
  readonly #state: State;
  readonly #touched: Touched;

  constructor(state: State, touched: Touched) {
    this.#state = state;
    this.#touched = touched;
  }

  get kind(): string {
    return nouns[this.#touched.collection].kind;
  }

  get identity(): string {
    return this.#touched.identity;
  }

  get before(): Row | null {
    return rowOf(this.#state, this.#touched);
  }

  get after(): Row | null {
    return this.before;
  }
}

/** An object that was written. */
class Changed implements ObjectChange {
  readonly #states: Pick<Difference, "before" | "after">;
  readonly #write: Write;

  constructor(states: Pick<Difference, "before" | "after">, write: Write) {
    this.#states = states;
    this.#write = write;
  }

  get action(): ChangeAction {
    return actionOf(this.#write);
  }

  get kind(): string {
    return nouns[this.#write.collection].kind;
  }

  get identity(): string {
    const { collection, before, after } = this.#write;
    return identityOf(collection, (after ?? before) as never);
  }

  get before(): Row | null {
    return this.#rowIn(this.#states.before);
  }

  get after(): Row | null {
    return this.#rowIn(this.#states.after);
  }

  #rowIn(state: State): Row | null {
    const { collection, id } = this.#write;
    return rowOf(state, { collection, id, identity: this.identity });
  }
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
    changes: again(() => changesInFull(changes)),
    effects: again(consequences.effects),
    warnings: warnings.map((warning) => ({ ...warning, message: warningWords(warning) })),
  };
}

/** Changes as objects that have all that is said of them, each made when it is taken. */
export function* changesInFull(changes: readonly ObjectChange[]): Iterable<ObjectChange> {
  for (const { action, kind, identity, before, after } of changes)
    yield { action, kind, identity, before, after };
}
