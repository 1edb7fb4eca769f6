import { identityIn, poolOf } from "../identity-text.ts";
import type { Room } from "../nouns/room.ts";
import { findOne, type State } from "../state.ts";
import { fold } from "../text.ts";
import { error, note, type Report, warning } from "./finding.ts";
import { checkNameOf } from "./names.ts";
import { categoryOf, firstPool, freeName, plannedCategory, type Survey } from "./survey.ts";

/** Rooms and their add-ins, people aside (semantics: room). */
export function* checkRooms({ state }: Survey): Iterable<Report> {
  if (state.count("rooms") === 0) yield warning("no-room", null, {}, firstRoom(state));
  const names = new Set<string>();
  let disabled = 0;
  for (const room of state.all("rooms")) {
    yield* checkNameOf(state, room, "room", names);
    yield* checkRoom(state, room);
    if (room.disabled) disabled++;
  }
  if (disabled > 0 && disabled === state.count("rooms"))
    yield warning("all-rooms-disabled", null, { rooms: disabled });
  yield* checkAddins(state);
}

function firstRoom(state: State): string[] {
  for (const { identity } of state.all("categories")) {
    return ["new-room", lobbyIn(state, poolOf(identity)), "--category", identity];
  }
  const pool = firstPool(state);
  return ["new-room", lobbyIn(state, pool), "--category", plannedCategory(state, pool)];
}

const lobbyIn = (state: State, pool: string): string => identityIn(pool, freeName(state, pool, "Lobby"));

function* checkRoom(state: State, room: Room): Iterable<Report> {
  const { identity } = room;
  const object = { kind: "room", identity } as const;
  const set = ["set-room", identity];
  const category = categoryOf(state, room);
  if (category === undefined || fold(poolOf(category.identity)) !== fold(poolOf(identity))) {
    const [other] = state.lookup("categories", "pool", fold(poolOf(identity)));
    const mend = other === undefined ? [] : [[...set, "--category", other.identity]];
    yield error("room-without-category", object, { category: category?.identity ?? null }, ...mend);
  }
  if (room.addinId !== null && state.get("addins", room.addinId) === undefined) {
    yield error("addin-missing", object, {}, [...set, "--addin", ""]);
  }
  if (room.description === null || room.description.trim() === "") {
    yield note("no-description", object, {}, [...set, "--description", room.name]);
  }
  if (room.disabled) yield note("room-disabled", object, {}, [...set, "--disabled", "false"]);
}

function* checkAddins(state: State): Iterable<Report> {
  for (const { id, identity, url } of state.all("addins")) {
    const object = { kind: "addin", identity } as const;
    if (!/^https?:\/\/[^\s/?#]/i.test(url)) {
      const address = `https://${url.replace(/^[a-z][a-z0-9+.-]*:\/*/i, "").replace(/\s/g, "") || "contoso.com"}`;
      yield error("addin-address", object, { url }, ["set-addin", identity, "--url", address]);
    }
    if (findOne(state, "rooms", "addin", String(id)) === undefined) {
      yield note("addin-unused", object, {}, ["remove-addin", identity]);
    }
  }
}
