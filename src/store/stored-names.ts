import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { identityOf } from "../core/identity.ts";
import type { Properties, Property } from "../core/property.ts";
import { type Collection, nouns, type Objects } from "../core/state.ts";
import { piecesOf, readRange } from "./files.ts";
import { tailOf } from "./load-store.ts";
import { type StorePaths, storePaths } from "./store-paths.ts";

/** A word that names something, and what it is. */
export interface StoredName {
  readonly word: string;
  readonly is: string;
}

/**
 * What words can name in the store of a file, between two keystrokes: read off the files as they are written, without
 * parsing them. Leaves out, as far as that is quick to tell, what does not begin with what was typed, nor its name after
 * the pool. Throws where there is no store.
 */
export function namesIn(
  given: string,
  named: Collection | "principal" | "user",
  typed: string,
): readonly StoredName[] {
  const paths = storePaths(given);
  const start = quickStart(typed);
  if (named === "principal") return storedPrincipals(paths, ["user", "group", "container", "domain"], start);
  if (named === "user") return storedPrincipals(paths, ["user"], start);
  return storedNames(paths, named, start).map((word) => ({ word, is: nouns[named].one }));
}

/** The part of what was typed that can be compared with the bytes of a file: neither escaped there nor encoded. */
const quickStart = (typed: string): string => (/^[ !#-[\]-~]*/.exec(typed)?.[0] ?? "").toLowerCase();

/** Identities of a kind, brought up to date from the journal. */
function storedNames(paths: StorePaths, collection: Collection, start: string): readonly string[] {
  const { names, serial } = writtenNames(paths, collection, start);
  for (const { writes } of tailOf(paths, serial)?.since ?? []) {
    for (const { collection: of, before, after } of writes) {
      if (of !== collection) continue;
      if (before !== undefined) names.delete(identityOf(collection, before as Objects[typeof collection]));
      if (after !== undefined) names.add(identityOf(collection, after as Objects[typeof collection]));
    }
  }
  return [...names];
}

/** Those in the file, and its serial. */
function writtenNames(
  paths: StorePaths,
  collection: Collection,
  start: string,
): { readonly names: Set<string>; readonly serial: number } {
  const file = openSync(paths.file, "r");
  try {
    const head = readRange(file, 0, 4096).toString("latin1");
    const serial = Number(/^ {2}"serial": (\d+)/m.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
    return { names: new Set(identitiesIn(file, collection, start)), serial };
  } finally {
    closeSync(file);
  }
}

/** As the file is written, one property a line; another layout gives none. */
function* identitiesIn(file: number, collection: Collection, start: string): Iterable<string> {
  const before = `\n      "${identityKey(collection)}": "`;
  for (const lines of linesOfList(file, collection)) {
    for (let at = lines.indexOf(before); at >= 0; at = lines.indexOf(before, at + 1)) {
      const value = lines.slice(at + before.length, lines.indexOf("\n", at + 1)).replace(/",?$/, "");
      if (beginsWith(value, start)) yield decoded(value);
    }
  }
}

/** The lines of a list, many at a time, each with the line feeds before and after it. */
function* linesOfList(file: number, collection: Collection): Iterable<string> {
  const opening = `\n  "${collection}": [\n`;
  let isInside = false;
  let rest = "";
  for (const piece of piecesOf(file)) {
    // One byte a character: decoding would take longer than everything else.
    const text = rest + piece.toString("latin1");
    const from: number = isInside ? 0 : text.indexOf(opening);
    isInside = from >= 0;
    const end = isInside ? text.indexOf("\n  ]", from) : -1;
    const last = end >= 0 ? end : text.lastIndexOf("\n");
    if (isInside) yield text.slice(from, last + 1);
    if (end >= 0) return;
    rest = isInside ? text.slice(last) : text.slice(-opening.length);
  }
}

/** Whether a text of a JSON file, or its part after a backslash, begins with this, case ignored. */
function beginsWith(text: string, start: string): boolean {
  const after = text.indexOf("\\\\");
  return (
    text.slice(0, start.length).toLowerCase() === start ||
    (after >= 0 && text.slice(after + 2, after + 2 + start.length).toLowerCase() === start)
  );
}

/** A text between its quotes in a JSON file that was read byte by byte. */
const decoded = (bytes: string): string =>
  JSON.parse(`"${Buffer.from(bytes, "latin1").toString("utf8")}"`) as string;

/** The property that holds what an object is called by. */
function identityKey(collection: Collection): string {
  const properties = Object.entries(nouns[collection].properties as Properties);
  const found = properties.find(([, property]) => (property as Property).settable === "identity");
  return (found ?? properties[0]!)[0];
}

/** Of a very large directory only the beginning is looked at: more would take longer than a person waits for a key. */
const mostBytes = 16 * 1024 * 1024;

type Kind = "user" | "group" | "container" | "domain";

/**
 * Who the directory knows: a word that names exactly this one (SIP address, distinguished name or DNS name), and the
 * display name. Accounts without SIP are left out.
 */
function storedPrincipals({ directory }: StorePaths, kinds: readonly Kind[], start: string): StoredName[] {
  const text = beginningOf(directory);
  const keys = new Set(["displayName", ...kinds.map((kind) => keyOfWord[kind])]);
  const lines = new Set([...keys].flatMap((key) => linesWith(text, `"${key}":"`, start)));
  return [...lines].flatMap((at) => principalOf(text.slice(at, text.indexOf("\n", at)), kinds) ?? []);
}

/** Nobody looks through more. */
const mostLines = 2000;

/** Where the lines begin in which the text after `before` begins with this, case ignored. */
function linesWith(text: string, before: string, start: string): number[] {
  const found: number[] = [];
  for (
    let at = text.indexOf(before);
    at >= 0 && found.length < mostLines;
    at = text.indexOf(before, at + 1)
  ) {
    const from = at + before.length;
    if (text.slice(from, from + start.length).toLowerCase() === start)
      found.push(text.lastIndexOf("\n", at) + 1);
  }
  return found;
}

const keyOfWord: Readonly<Record<Kind, string>> = {
  user: "sipAddress",
  group: "dn",
  container: "dn",
  domain: "domain",
};

function principalOf(line: string, kinds: readonly Kind[]): StoredName | undefined {
  const kind = kinds.find((candidate) => line.startsWith(`{"kind":"${candidate}"`));
  if (kind === undefined || (kind === "user" && !line.includes('"sipEnabled":true'))) return undefined;
  const is = textOf(line, "displayName");
  const word = textOf(line, keyOfWord[kind]);
  return is === undefined || word === undefined ? undefined : { word: decoded(word), is: decoded(is) };
}

/** The text of a key between its quotes, as it stands in the line. */
function textOf(line: string, key: string): string | undefined {
  const before = `"${key}":"`;
  const at = line.indexOf(before);
  if (at < 0) return undefined;
  const from = at + before.length;
  for (let end = line.indexOf('"', from); end >= 0; end = line.indexOf('"', end + 1)) {
    if (!isEscaped(line, end)) return line.slice(from, end);
  }
  return undefined;
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(line: string, at: number): boolean {
  let start = at;
  while (line[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

function beginningOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(Math.min(mostBytes, fstatSync(file).size));
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
