import type { Directory, Entry } from "../core/directory.ts";
import { identityOf } from "../core/identity.ts";
import { poolOf } from "../core/identity-text.ts";
import { runnableWord } from "../core/principal.ts";
import type { Collection, Objects, State } from "../core/state.ts";
import { printable } from "../output/messages.ts";
import { clip } from "../output/text-width.ts";
import type { Choice } from "./context.ts";
import { fuzzyFinder } from "./fuzzy.ts";

/** More would only be scrolled past: typing on narrows them. */
const mostShown = 50;
/** Columns that a list's cursor and margin take. */
const margin = 4;

/** What stands in one line of a list: names of one screen width, safe to show. */
export const lineOf = (text: string, columns: number): string =>
  clip(printable(text), Math.max(columns - margin, 10));

/** Choices among objects of a kind by their identity, found by name, description and category. */
export async function objectFinder<C extends Collection>(
  state: State,
  collection: C,
  columns: number,
  isWanted: (object: Objects[C]) => boolean = () => true,
): Promise<((typed: string) => readonly Choice<string>[]) & { readonly count: number }> {
  const objects = [...state.all(collection)].filter(isWanted);
  const severalPools = state.count("pools") > 1;
  const texts = objects.map((object) => objectText(state, collection, object, severalPools));
  const find = await fuzzyFinder(texts);
  const choices = (typed: string) =>
    find(typed, mostShown).map((index) => ({
      value: identityOf(collection, objects[index]!),
      name: lineOf(texts[index]!, columns),
    }));
  return Object.assign(choices, { count: objects.length });
}

function objectText<C extends Collection>(
  state: State,
  collection: C,
  object: Objects[C],
  withPool: boolean,
): string {
  const { name, description, categoryId } = object as Partial<Objects["rooms"]>;
  const identity = identityOf(collection, object);
  const category = categoryId === undefined ? undefined : state.get("categories", categoryId)?.name;
  const pool = withPool && identity.includes("\\") ? poolOf(identity) : undefined;
  return [name ?? identity, category, description, pool]
    .filter((part) => part != null && part !== "")
    .join(" · ");
}

/** An entry of the directory that may be chosen, and why not where it may not. */
export type EntryMark = (entry: Entry) => string | undefined;

/** Choices among the people, groups, containers and domains of a directory, each with what speaks against it. */
export async function principalFinder(
  directory: Directory,
  columns: number,
  isWanted: (entry: Entry) => boolean,
  mark: EntryMark,
): Promise<(typed: string) => readonly Choice<Entry>[]> {
  const entries = [...directory.all()]
    .filter((entry) => entry.kind !== "resource" && isWanted(entry))
    .sort((a, b) => likelihood(a) - likelihood(b));
  const find = await fuzzyFinder(entries.map(entryText));
  return (typed) =>
    find(typed, mostShown).map((index) => {
      const entry = entries[index]!;
      const against = mark(entry);
      const said = `${entry.displayName} · ${addressOf(entry)}`;
      return {
        value: entry,
        short: entry.displayName,
        name: lineOf(
          against === undefined ? said : `✗ ${entry.displayName} (${against}) · ${addressOf(entry)}`,
          columns,
        ),
      };
    });
}

/** Before anything is typed people come first, and the containers of Windows itself last. */
function likelihood(entry: Entry): number {
  if (entry.kind === "user") return entry.sipEnabled ? 0 : 3;
  if (entry.kind === "group" || entry.kind === "domain") return 1;
  return /^ou=/i.test(entry.dn) ? 2 : 4;
}

const addressOf = (entry: Entry): string =>
  entry.kind === "user" ? (entry.sipAddress ?? entry.dn) : `${entry.kind} ${runnableWord(entry)}`;

const entryText = (entry: Entry): string =>
  [
    entry.kind === "domain" ? entry.domain : "",
    entry.displayName,
    "logonName" in entry ? (entry.logonName ?? "") : "",
    entry.kind === "user" ? (entry.sipAddress ?? "") : "",
    entry.dn,
  ]
    .filter((part) => part !== "")
    .join(" ");
