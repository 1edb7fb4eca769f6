import type { ContentFact } from "../core/content-change.ts";
import type { Message } from "../core/message.ts";
import type { SyntheticResult } from "../core/synthetic-message.ts";
import { headerOf, type Row, type View } from "./view.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });

/** Messages of rooms. */
export const messageView: View = {
  kind: "message",
  identity: "id",
  columns: [
    column("room"),
    { ...column("id"), align: "right" },
    column("time"),
    column("author"),
    column("text"),
    column("replaced", false),
  ],
};

export function messageRow(room: string, { id, time, author, text, replaced }: Message): Row {
  return { room, id, time, author, text, replaced: replaced === true };
}

/** A message that was sent; without a number where the room keeps no history. */
export const sentView: View = {
  kind: "message",
  identity: "id",
  columns: [
    column("room"),
    { ...column("id"), align: "right" },
    column("time"),
    column("author"),
    column("kept"),
  ],
};

/** What became of the messages of rooms. */
export const contentView: View = {
  kind: "room",
  identity: "room",
  columns: [
    column("room"),
    { ...column("removed"), align: "right" },
    { ...column("replaced"), align: "right" },
    column("first"),
    column("last"),
  ],
};

export function contentRow({ room, removed, replaced, first, last }: ContentFact): Row {
  return { room, removed, replaced, first, last };
}

/** What a synthetic check came to. No latency: nothing was sent. */
export const syntheticView: View = {
  kind: "result",
  identity: "targetFqdn",
  columns: [
    column("targetFqdn"),
    column("result"),
    column("errorMessage"),
    column("diagnosis"),
    column("sender", false),
    column("receiver", false),
    column("room"),
    column("simulated"),
  ],
};

export const syntheticRow = (result: Omit<SyntheticResult, "hints">): Row => ({ ...result, simulated: true });
