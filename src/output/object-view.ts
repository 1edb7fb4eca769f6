import { effectiveSettings, type Settings } from "../core/configuration.ts";
import type { Touched } from "../core/outcome.ts";
import { findPools } from "../core/pool.ts";
import { entryOf } from "../core/principal.ts";
import { isList, type Properties, shownName } from "../core/property.ts";
import { inactiveServers } from "../core/servers.ts";
import { type Collection, nouns, type Objects, type State } from "../core/state.ts";
import { type Cell, type Column, headerOf, type Row, type View } from "./view.ts";

/** How the objects of a command are shown: columns, and the row of each object that it dealt with. */
export interface ObjectView {
  readonly view: View;
  /** The object's row as the state has it; undefined where it has none. */
  row(state: State, touched: Touched): Row | undefined;
}

/** A kind's view, made from its property table. */
export interface StoredView<C extends Collection> extends ObjectView {
  rowOf(state: State, object: Objects[C]): Row;
}

/** In tables a list shows this many entries, then how many more there are; `--fields` and other formats show all. */
const entriesInTable = 3;

/** Columns that are worked out from the rest of the state. */
const derived: {
  readonly [C in Collection]?: Readonly<Record<string, (state: State, o: Objects[C]) => Cell>>;
} = {
  pools: { inactiveServers: (_, pool) => inactiveServers(pool) },
  categories: {
    numberOfChatRooms: (state, category) =>
      [...state.lookup("rooms", "category", String(category.id))].length,
  },
};

const views = new Map<Collection, StoredView<Collection>>();

/** A kind's columns, and its objects' rows. */
export function storedView<C extends Collection>(collection: C): StoredView<C> {
  let view = views.get(collection) as StoredView<C> | undefined;
  if (view === undefined) {
    view = makeView(collection);
    views.set(collection, view as unknown as StoredView<Collection>);
  }
  return view;
}

function makeView<C extends Collection>(collection: C): StoredView<C> {
  const noun = nouns[collection];
  const properties = Object.entries(noun.properties as Properties);
  const extra = Object.entries(
    (derived[collection] ?? {}) as Record<string, (s: State, o: Objects[C]) => Cell>,
  );
  const identity = identityColumn(properties);
  const columns: Column[] = [
    ...properties.map(([key, property]) => ({
      name: shownName(key, property),
      header: headerOf(shownName(key, property)),
      inTable: property.inTable ?? true,
      ...(isList(property) ? { entriesInTable } : {}),
      ...(property.aliases === undefined ? {} : { aliases: property.aliases }),
    })),
    ...extra.map(([name]) => ({
      name,
      header: headerOf(name),
      ...(name.startsWith("numberOf") ? { align: "right" as const } : { entriesInTable }),
    })),
  ];
  const rowOf = (state: State, object: Objects[C]): Row =>
    Object.fromEntries([
      ...properties.map(([key, property]) => [
        shownName(key, property),
        shown(state, property.refersTo, object[key as never]),
      ]),
      ...extra.map(([name, work]) => [name, work(state, object)]),
    ]);
  return {
    view: { kind: noun.one, columns, identity },
    rowOf,
    row: (state, { id }) => {
      const object = id === undefined ? undefined : state.get(collection, id);
      return object && rowOf(state, object);
    },
  };
}

/** A row whose people, groups and domains stand under their display names, where the directory knows them. */
export function withDisplayNames(collection: Collection, state: State, row: Row): Row {
  const { directory } = state;
  if (directory === undefined) return row;
  const properties = nouns[collection].properties as Properties;
  return Object.fromEntries(
    Object.entries(row).map(([key, cell]) => [
      key,
      properties[key]?.type === "principals"
        ? (cell as readonly string[]).map((entry) => entryOf(directory, entry)?.displayName ?? entry)
        : cell,
    ]),
  );
}

/** What applies to each pool, or to the one that is named, with the pool before it. */
export function effectiveView(collection: Settings): {
  readonly view: View;
  rows(state: State, pool: string | undefined): Row[];
} {
  const { view, rowOf } = storedView(collection);
  return {
    view: { ...view, columns: [{ name: "pool", header: headerOf("pool") }, ...view.columns] },
    rows: (state, named) =>
      findPools(state, undefined, { pool: named }).map((pool) => ({
        pool: pool.fqdn,
        ...rowOf(state, effectiveSettings(state, collection, pool)),
      })),
  };
}

function identityColumn(properties: readonly (readonly [string, Properties[string]])[]): string {
  const [first] = properties;
  const found = properties.find(([, property]) => property.settable === "identity") ?? first;
  return found![0];
}

/** References by id are shown as the name of what they refer to. */
function shown(state: State, refersTo: string | undefined, value: unknown): Cell {
  if (typeof value !== "number" || refersTo === undefined) return value as Cell;
  const collection = refersTo === "addin" ? "addins" : "categories";
  return state.get(collection, value)?.name ?? null;
}
