import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  addRoom,
  author,
  beside,
  fileOf,
  imageOf,
  linesOf,
  makeStore,
  refusal,
  room,
  textOf,
} from "./store-fixture.ts";

/** The store of version 0 that is the same as the fixture's. */
const version0 = (lineage: string): string => `{
  "schemaVersion": 0,
  "lineage": "${lineage}",
  "serial": 7,
  "pools": [{ "id": 1, "fqdn": "pchat.contoso.com", "displayName": null, "site": null }],
  "policies": [], "sites": [], "grants": [], "configurations": [],
  "categories": [
    {
      "id": 2, "identity": "pchat.contoso.com\\\\IT", "name": "IT", "description": null, "invitations": false,
      "fileUpload": false, "chatHistory": true, "allowedMembers": ["contoso.com"], "deniedMembers": [], "creators": []
    }
  ],
  "addins": [{ "id": 4, "identity": "pchat.contoso.com\\\\Map", "name": "Map", "url": "https://map.contoso.com/" }],
  "rooms": [
    { "id": 3, "identity": "pchat.contoso.com\\\\Desk", "name": "Desk", "category": "PCHAT.contoso.com\\\\it",
      "addin": "pchat.contoso.com\\\\map", "members": ["sip:ana@contoso.com"], "note": "kept" }
  ]
}
`;

async function makeOld() {
  const made = await makeStore();
  const old = version0(String(fileOf(made.path)["lineage"]));
  writeFileSync(made.path, old);
  rmSync(beside(made.path, ".journal.ndjson"));
  rmSync(beside(made.path, ".lock"));
  return { ...made, old };
}

test("a store of version 0 is read as one of ours, and nothing is written", async () => {
  const { path, store } = await makeOld();
  const before = imageOf(join(path, ".."));
  const { state, serial, nextId } = await store.read();
  expect([serial, nextId, ...state.all("rooms")]).toEqual([
    7,
    5,
    room(3, "Desk", { addinId: 4, ...{ note: "kept" } }),
  ]);
  expect(imageOf(join(path, ".."))).toEqual(before);
});

test("its first change writes it as one of ours, and keeps the old file beside it", async () => {
  const { path, store, old } = await makeOld();
  expect(await store.update(author(), addRoom("New"))).toMatchObject({ serial: 8, value: 5 });
  expect(textOf(beside(path, ".schema-0.json"))).toBe(old);
  expect(fileOf(path)).toMatchObject({
    schemaVersion: 1,
    serial: 8,
    nextId: 6,
    settings: [],
    rooms: [{ categoryId: 2, addinId: 4, note: "kept" }, room(5, "New")],
  });
  expect(linesOf(path)).toHaveLength(2);
  expect((await store.test()).every(({ ok }) => ok)).toBe(true);
  expect((await store.read()).notices).toEqual([]);
});

test("a category that is not there is a fault with its place", async () => {
  const { path, store } = await makeOld();
  writeFileSync(path, textOf(path).replace("\\\\it", "\\\\HR"));
  expect(await refusal(() => store.read())).toMatchObject({
    code: "store-damaged",
    details: {
      faults: [
        {
          path: "rooms[0].categoryId",
          line: 15,
          reason: "names a category that is not there: `PCHAT.contoso.com\\\\HR`",
        },
      ],
    },
  });
});
