import type { ContentEdit, ContentFact } from "./content-change.ts";
import type { DirectoryContent } from "./directory.ts";
import type { Content } from "./message.ts";
import type { State, Write } from "./state.ts";

/** A store as one command sees it. */
export interface Snapshot {
  readonly state: State;
  /** The messages of its rooms. */
  readonly content: Content;
  /** Says which store this is, for good: copies and backups share it. */
  readonly lineage: string;
  /** Rises by one with every change. */
  readonly serial: number;
  /** Id that the next created object gets. */
  readonly nextId: number;
  /** Checksum of the directory's content, or null before the first import. */
  readonly directoryHash: string | null;
}

/** Who changes a store, when and why: what the journal keeps beside the writes. */
export interface Authorship {
  /** ISO 8601 UTC. */
  readonly time: string;
  /** Account on this machine. */
  readonly osUser: string;
  /** Who says to be responsible (PCHAT_ACTOR), else the same. */
  readonly actor: string;
  /** Principal that the command acted as, or null for an administrator. */
  readonly as: string | null;
  /** Command line as words joined, without the program's name. */
  readonly command: string;
  readonly reason: string | null;
}

/** What a step wants kept. Nothing at all is kept where it names no writes, no directory and no content. */
export interface Change {
  readonly writes: readonly Write[];
  readonly nextId: number;
  /** A directory that replaces the present one, read in at the given time (ISO 8601 UTC). */
  readonly directory?: { readonly content: DirectoryContent; readonly date: string };
  /** What is done to messages, in the same transaction; it cannot be undone. */
  readonly content?: readonly ContentEdit[];
}

/** One change in the journal. `W` is what is kept of each of its writes. */
export interface JournalEntry<W = Write> extends Authorship {
  readonly serial: number;
  readonly lineage: string;
  /** Checksum of the directory's content after the change, or null. */
  readonly directory: string | null;
  /** The same before the change. */
  readonly directoryBefore: string | null;
  readonly writes: readonly W[];
  /** What became of messages; absent where nothing did. */
  readonly content?: readonly ContentFact[];
}
