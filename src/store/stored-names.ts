import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { identityOf } from "../core/identity.ts";
import type { Properties, Property } from "../core/property.ts";
import { type Collection, nouns, type Objects } from "../core/state.ts";
import { tailOf } from "./load-store.ts";
import { type StorePaths, storePaths } from "./store-paths.ts";

/** A word that names something, and what it is. */
export interface StoredName {
  readonly word: string;
  readonly is: string;
}

/** What words can name in the store of a file. Throws where it cannot be read. */
export function namesIn(given: string, named: Collection | "principal" | "user"): readonly StoredName[] {
  const paths = storePaths(given);
  if (named === "principal") return storedPrincipals(paths, ["user", "group", "container", "domain"]);
  if (named === "user") return storedPrincipals(paths, ["user"]);
  return storedNames(paths, named).map((word) => ({ word, is: nouns[named].one }));
}

/**
 * The identities of a kind, read off the store file as it is written, one property a line, without parsing the rest,
 * and brought up to date from the journal: an answer between two keystrokes. A file in another layout gives none.
 */
function storedNames(paths: StorePaths, collection: Collection): readonly string[] {
  const text = readFileSync(paths.file, "utf8");
  const names = new Set(identitiesIn(text, collection));
  const serial = Number(/^ {2}"serial": (\d+)/m.exec(text.slice(0, 4096))?.[1] ?? Number.POSITIVE_INFINITY);
  for (const { writes } of tailOf(paths, serial)?.since ?? []) {
    for (const { collection: of, before, after } of writes) {
      if (of !== collection) continue;
      if (before !== undefined) names.delete(identityOf(collection, before as Objects[typeof collection]));
      if (after !== undefined) names.add(identityOf(collection, after as Objects[typeof collection]));
    }
  }
  return [...names];
}

function* identitiesIn(text: string, collection: Collection): Iterable<string> {
  const start = text.indexOf(`\n  "${collection}": [\n`);
  if (start < 0) return;
  const end = text.indexOf("\n  ]", start);
  const line = `\n      "${identityKey(collection)}": `;
  for (let at = text.indexOf(line, start); at >= 0 && at < end; at = text.indexOf(line, at + 1)) {
    const value = text.slice(at + line.length, text.indexOf("\n", at + 1));
    yield JSON.parse(value.replace(/,$/, "")) as string;
  }
}

/** The property that holds what an object is called by. */
function identityKey(collection: Collection): string {
  const properties = Object.entries(nouns[collection].properties as Properties);
  const found = properties.find(([, property]) => (property as Property).settable === "identity");
  return (found ?? properties[0]!)[0];
}

/** Of a very large directory only the beginning is looked at: more would take longer than a person waits for a key. */
const mostBytes = 32 * 1024 * 1024;

type Kind = "user" | "group" | "container" | "domain";

/**
 * Who the directory knows, read off its file line by line: a word that names exactly this one (SIP address,
 * distinguished name or DNS name), and the display name. Accounts without SIP are left out.
 */
function storedPrincipals({ directory }: StorePaths, kinds: readonly Kind[]): readonly StoredName[] {
  return beginningOf(directory)
    .split("\n")
    .flatMap((line) => principalOf(line, kinds) ?? []);
}

function principalOf(line: string, kinds: readonly Kind[]): StoredName | undefined {
  const kind = kinds.find((candidate) => line.startsWith(`{"kind":"${candidate}"`));
  if (kind === undefined) return undefined;
  const is = textOf(line, "displayName");
  const word = wordOf(line, kind);
  return is === undefined || word === undefined ? undefined : { word, is };
}

function wordOf(line: string, kind: Kind): string | undefined {
  if (kind === "domain") return textOf(line, "domain");
  if (kind !== "user") return textOf(line, "dn");
  return line.includes('"sipEnabled":true') ? textOf(line, "sipAddress") : undefined;
}

function textOf(line: string, key: string): string | undefined {
  const found = new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*")`).exec(line)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as string);
}

function beginningOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(Math.min(mostBytes, fstatSync(file).size));
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
