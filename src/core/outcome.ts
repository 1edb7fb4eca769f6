import type { Collection } from "./state.ts";

/** What a user may do with a room. */
export const roomActions = ["find", "join", "read", "post", "manage"] as const;
export type RoomAction = (typeof roomActions)[number];

/** A consequence for a person: what a change gives or takes in one room. */
export interface Effect {
  /** SIP address. */
  readonly user: string;
  /** Identity of the room. */
  readonly room: string;
  readonly gains: readonly RoomAction[];
  readonly loses: readonly RoomAction[];
}

/** What was allowed but looks wrong. Values: the wording is output's. */
export type Warning =
  | { readonly code: "scope-unknown"; readonly principals: readonly string[] }
  | { readonly code: "account-disabled"; readonly principal: string; readonly displayName: string }
  | { readonly code: "members-without-effect"; readonly room: string }
  | { readonly code: "nobody-can-join"; readonly room: string; readonly privacy: string }
  | { readonly code: "last-manager-lost"; readonly room: string }
  | { readonly code: "last-presenter-lost"; readonly room: string }
  | { readonly code: "no-such-pool-in-name"; readonly name: string; readonly pool: string }
  | { readonly code: "file-upload-ignored"; readonly category: string }
  | {
      readonly code: "powerless-entry";
      readonly object: string;
      readonly list: string;
      readonly principal: string;
      readonly deniedBy: string | undefined;
    }
  | {
      readonly code: "differs";
      readonly kind: string;
      readonly identity: string;
      readonly properties: readonly string[];
    }
  | {
      readonly code: "entry-gone";
      readonly object: string;
      readonly list: string;
      readonly principal: string;
    }
  | { readonly code: "no-active-server"; readonly pool: string }
  | { readonly code: "idle-rule"; readonly rule: number; readonly principal: string }
  | { readonly code: "granted-to-nobody"; readonly policy: string }
  | {
      readonly code: "detached";
      readonly kind: string;
      readonly identity: string;
      readonly from: readonly string[];
    }
  | { readonly code: "history-off"; readonly room: string }
  | {
      /** A rule that an object breaks, and that was not held against it. `text` says which: lower case, no full stop. */
      readonly code: "adopted";
      readonly kind: string;
      readonly object: string;
      readonly text: string;
    }
  | { readonly code: "notice"; readonly text: string };

/** What a person must answer with yes (or `--yes`) before the change is kept. */
export type Question =
  | {
      readonly code: "drops-entries";
      readonly object: string;
      readonly list: string;
      readonly principals: readonly string[];
    }
  | {
      readonly code: "removes";
      readonly kind: string;
      readonly identity: string;
      readonly losing: readonly string[];
    }
  | { readonly code: "resets"; readonly kind: string; readonly identity: string }
  | {
      /** What is lost for good; ISO 8601 UTC. */
      readonly code: "loses-messages";
      readonly rooms: readonly string[];
      readonly removed: number;
      readonly replaced: number;
      readonly first: string;
      readonly last: string;
    }
  | { readonly code: "overwrites"; readonly objects: readonly string[] }
  | {
      /** A whole environment: every entry that leaves a list, and every object that is removed. */
      readonly code: "applies";
      readonly drops: readonly {
        readonly object: string;
        readonly list: string;
        readonly principals: readonly string[];
      }[];
      readonly removals: readonly { readonly kind: string; readonly identity: string }[];
    }
  | { readonly code: "many-matches"; readonly word: string; readonly matches: readonly string[] }
  /** All of these at once. */
  | { readonly code: "several"; readonly questions: readonly Question[] };

/** An object that a command dealt with, changed or not; `id` is undefined where there was and is none. */
export interface Touched {
  readonly collection: Collection;
  readonly id: number | undefined;
  readonly identity: string;
}

/** What a write comes to, beside the writes that its draft recorded. */
export interface Outcome {
  /** Every object that the command named, in the order named; unchanged ones included. */
  readonly touched: readonly Touched[];
  readonly warnings?: readonly Warning[];
  readonly questions?: readonly Question[];
}
