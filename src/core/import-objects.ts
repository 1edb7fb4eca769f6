import { newCategory, setCategories } from "./category.ts";
import { isClearing } from "./csv-cell.ts";
import type { Draft } from "./draft.ts";
import { DomainError, reworded } from "./errors.ts";
import { addressOf, findInPool, type Naming, type PoolCollection, seekInPool } from "./identity.ts";
import { poolOf } from "./identity-text.ts";
import {
  type ReadRow,
  type RowAction,
  type RowActions,
  type RowFormat,
  rowSteps,
  together,
} from "./import-rows.ts";
import { editList } from "./list-edit.ts";
import type { Outcome } from "./outcome.ts";
import { findPolicy, grantPolicy, isPerUser } from "./policy.ts";
import type { ListEdit, Properties, Property } from "./property.ts";
import { newRoom, setRooms } from "./room.ts";
import { rememberingJudge } from "./scope-rules.ts";
import { eachOf, type Series } from "./shelf.ts";
import { nouns, type Objects, type State } from "./state.ts";
import { runSteps, type Step, type StepsOptions, type StepsOutcome } from "./steps.ts";
import type { Table } from "./table.ts";
import { fold } from "./text.ts";

export interface ImportOptions extends Naming, StepsOptions {
  readonly strict?: boolean;
  readonly removeIneligible?: boolean;
  /** Columns of output that files have, and that say nothing of their own. */
  readonly derived: readonly string[];
  /** Goes through the steps as they are run. */
  readonly watch?: (steps: Series<Step>) => Iterable<Step>;
}

/**
 * Creates the rooms of a file that are not there and changes those that are, by `identity` (or `name`): all or none,
 * unless told to go on. Throws `invalid-file` for the header, and one refusal for all rows that fail.
 */
export function importRooms(draft: Draft, table: Table, options: ImportOptions): StepsOutcome {
  const rules = { ...options, judge: rememberingJudge(draft) };
  return importObjects(draft, table, options, "rooms", {
    create: (inner, word, { patch, title }) => {
      const { categoryId } = patch;
      if (typeof categoryId === "string") return newRoom(inner, word, { ...patch, categoryId }, rules);
      throw new DomainError("missing-value", `\`${title("categoryId")}\`: a new room needs a category`);
    },
    update: (inner, identity, { patch }) => setRooms(inner, [identity], patch, rules),
  });
}

/** As importRooms, for categories. */
export function importCategories(draft: Draft, table: Table, options: ImportOptions): StepsOutcome {
  return importObjects(draft, table, options, "categories", {
    create: (inner, word, { patch }) => newCategory(inner, word, patch, options),
    update: (inner, identity, { patch }) => setCategories(inner, [identity], patch, options),
  });
}

/**
 * Gives users the policies that a file says, by `user` (or a column of get-user that names one). An empty policy
 * leaves what the user has, and so does one that applies by itself where the file has it from output; `$null` takes
 * it away. Throws as importRooms does.
 */
export function importGrants(draft: Draft, table: Table, options: ImportOptions): StepsOutcome {
  const format: RowFormat = {
    collection: "grants",
    titles: { user: ["user", "identity", "sipAddress"], policy: ["grantedPolicy", "policy"] },
    ignored: options.derived,
    required: [["user"], ["policy"]],
    clearable: ["policy"],
  };
  const isOutput = table.header.some((title) => fold(title.trim()) === "policyfrom");
  const grant: RowAction = (inner, { texts, cleared, patch, title }) => {
    const [user, policy] = [texts["user"], patch["policy"] as string | null | undefined];
    if (policy === undefined && !cleared.has("policy")) return nothing;
    if (typeof policy === "string" && isOutput && !isPerUser(policy)) return nothing;
    if (user === undefined) throw new DomainError("missing-value", `\`${title("user")}\`: it needs a user`);
    return grantPolicy(inner, [user], { policy: policy ?? undefined });
  };
  const actions = { act: once(inColumns(grant, grantFaults)), faults: grantFaults };
  return runRows(draft, table, rowSteps(withOnePolicy(table), format, actions), options);
}

/**
 * Output has the policy that applies beside the one that was granted, and either may be edited: a per-user policy in
 * the first stands where the second is empty. Throws `invalid-file` where both name one, and not the same.
 */
function withOnePolicy(table: Table): Table {
  const [applies, granted] = ["policy", "grantedpolicy"].map((wanted) =>
    table.header.findIndex((title) => fold(title.trim()) === wanted),
  ) as [number, number];
  if (applies === -1 || granted === -1) return table;
  const rows = eachOf(table.rows, (row) => {
    const first = (row.cells[applies] ?? "").trim();
    const second = (row.cells[granted] ?? "").trim();
    if (first === "" || first === second || isClearing(second) || !isPerUser(first)) return row;
    if (second === "") return { ...row, cells: row.cells.with(granted, first) };
    throw new DomainError(
      "invalid-file",
      `${table.name} row ${row.row}: \`policy\` is \`${first}\` and \`grantedPolicy\` is \`${second}\`: which is meant?`,
      { hint: { say: "edit grantedPolicy; policy is only what follows from it" } },
    );
  });
  return { ...table, rows };
}

function grantFaults(draft: Draft, { texts, patch, title }: ReadRow): DomainError[] {
  const user = texts["user"];
  const policy = patch["policy"];
  return [
    { key: "user", check: () => user === undefined || grantPolicy(draft, [user], { policy: undefined }) },
    { key: "policy", check: () => typeof policy !== "string" || findPolicy(draft, policy) },
  ].flatMap(({ key, check }) => inColumn(faultIn(check), title(key)));
}

const nothing: Outcome = { touched: [] };

/** Refuses a second row about the same object: which of the two is meant? */
function once(act: RowAction): RowAction {
  const rows = new Map<string, number>();
  return (draft, row) => {
    const outcome = act(draft, row);
    for (const { id, identity } of outcome.touched) {
      const key = id === undefined ? fold(identity) : String(id);
      const other = rows.get(key);
      if (other !== undefined) {
        throw new DomainError("invalid-value", `it is about \`${identity}\`, and so is row ${other}`, {
          hint: { say: "keep one row for each" },
          details: { identity, row: other },
        });
      }
      rows.set(key, row.row);
    }
    return outcome;
  };
}

interface Actions {
  create(draft: Draft, word: string, row: ReadRow): Outcome;
  update(draft: Draft, identity: string, row: ReadRow): Outcome;
}

function importObjects(
  draft: Draft,
  table: Table,
  options: ImportOptions,
  collection: PoolCollection,
  actions: Actions,
): StepsOutcome {
  const format: RowFormat = { collection, ignored: options.derived, required: [["identity", "name"]] };
  const act: RowAction = (inner, row) => {
    const word = row.texts["identity"] ?? row.texts["name"];
    if (word === undefined) throw new DomainError("missing-value", "it needs an `identity` or a `name`");
    const found = findExisting(inner, collection, row, options);
    return found === undefined
      ? actions.create(inner, word, withoutName(inner, collection, word, row))
      : actions.update(inner, found.identity, withNewName(row, found));
  };
  const faults: RowActions["faults"] = (inner, row) => {
    const found = faultFree(() => findExisting(inner, collection, row, options));
    return cellFaults(inner, collection, found, row, options);
  };
  const steps = rowSteps(table, format, { act: once(inColumns(act, faults)), faults });
  return runRows(draft, table, steps, options);
}

function runRows(draft: Draft, table: Table, steps: Series<Step>, options: ImportOptions): StepsOutcome {
  const outcome = runSteps(draft, options.watch?.(steps) ?? steps, options);
  if (steps.length > 0) return outcome;
  return {
    ...outcome,
    warnings: [{ code: "notice", text: `\`${table.name}\` has no rows, so there was nothing to do` }],
  };
}

type PoolObject = Objects[PoolCollection];

/** The object that a row names; a bare name is looked for in the pool of the row's category, where that says one. */
function findExisting(
  state: State,
  collection: PoolCollection,
  { texts }: ReadRow,
  naming: Naming,
): PoolObject | undefined {
  const word = texts["identity"] ?? texts["name"] ?? "";
  const category = texts["categoryId"] ?? "";
  const pool = naming.pool ?? (category.includes("\\") ? poolOf(category) : undefined);
  return seekInPool(state, collection, word, { pool });
}

/** The name of a new object is in its identity. */
function withoutName(state: State, collection: PoolCollection, word: string, row: ReadRow): ReadRow {
  const { name, ...patch } = row.patch;
  const address = addressOf(state, word).name;
  if (typeof name !== "string" || fold(name) === fold(address)) return { ...row, patch };
  throw new DomainError(
    "not-found",
    `\`${row.title("name")}\`: there is no ${nouns[collection].one} \`${word}\` that could be named \`${name}\``,
    { hint: { say: "leave the name empty, or give the identity of what is to be renamed" } },
  );
}

/** A row that names its object by name alone does not rename it. */
function withNewName(row: ReadRow, { name: present }: PoolObject): ReadRow {
  const { name, ...patch } = row.patch;
  return row.texts["identity"] === undefined || name === present ? { ...row, patch } : row;
}

/** Does what a row says; a refusal names the columns that it is about, every faulty one. */
function inColumns(act: RowAction, faults: RowActions["faults"]): RowAction {
  return (draft, row) => {
    try {
      return act(draft, row);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const found = faults(draft, row);
      throw found.length > 0 ? together(found) : aboutLists(error, row);
    }
  };
}

/** Rules name the lists whose entries they refuse. */
function aboutLists(error: DomainError, { patch, title }: ReadRow): DomainError {
  const entries = error.details["principals"] ?? error.details["entries"];
  const lists = Array.isArray(entries) ? entries.map((entry: { readonly list?: unknown }) => entry.list) : [];
  const keys = [...new Set(lists)].filter((list) => typeof list === "string" && list in patch) as string[];
  if (keys.length === 0) return error;
  return reworded(error, `${keys.map((key) => `\`${title(key)}\``).join(" and ")}: ${error.message}`);
}

/** What keeps the words of each cell from being understood. */
function cellFaults(
  state: State,
  collection: PoolCollection,
  found: PoolObject | undefined,
  { patch, title }: ReadRow,
  naming: Naming,
): DomainError[] {
  const properties = nouns[collection].properties as Properties;
  const pool = found === undefined ? naming.pool : poolOf(found.identity);
  return Object.entries(patch).flatMap(([key, given]) => {
    const { type, refersTo } = properties[key] as Property;
    const check = (): unknown => {
      if (type === "principals") return editList(state, found?.[key as never] ?? [], given as ListEdit);
      if (type !== "reference" || typeof given !== "string") return undefined;
      return findInPool(state, refersTo === "addin" ? "addins" : "categories", given, { pool });
    };
    return inColumn(faultIn(check), title(key));
  });
}

const inColumn = (fault: DomainError | undefined, title: string): DomainError[] =>
  fault === undefined ? [] : [reworded(fault, `\`${title}\`: ${fault.message}`)];

function faultFree<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function faultIn(act: () => unknown): DomainError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
