import { join } from "node:path";
import { expect, test } from "vitest";
import { author, openAt, room } from "../store/values.ts";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { done, tried, unchanged } from "../support/tried.ts";

/** The deployment with rooms enough for a file of more than 1 MB. */
async function large(): Promise<Bench> {
  const made = await deployed();
  const store = openAt(join(made.folder, "pchat.json"));
  await store.update(
    author({ command: "import-room rooms.csv", time: "2026-01-01T00:00:10.500Z" }),
    ({ state, nextId }) => {
      const [template] = state.lookup("rooms", "name", "network");
      const writes = Array.from({ length: 3000 }, (_, at) => {
        const id = nextId + at;
        const { identity, name } = room(id, `Room ${at}`);
        const after = { ...template!, id, name, identity: identity.replace("contoso", "litwareinc") };
        return { collection: "rooms" as const, id, after };
      });
      return { change: { writes, nextId: nextId + writes.length }, value: 0 };
    },
  );
  return made;
}

const fileIn = (made: Bench): string => made.files()["pchat.json"]!;

test("a change of a large store is kept without writing its file, until it is made current", async () => {
  const made = await large();
  const before = fileIn(made);
  expect(await made.pchat("set-room 'Room 7' --description 'seven' -o name")).toEqual({
    exitCode: 0,
    stdout: "pchat.litwareinc.com\\Room 7\n",
    stderr: "updated room `pchat.litwareinc.com\\Room 7` (serial 13)\n",
  });
  expect(fileIn(made)).toBe(before);
  expect(await made.json("get-room 'Room 7' --fields description")).toEqual([{ description: "seven" }]);
  expect(await made.json("get-room 'Room 7' --fields description --at 12")).toEqual([
    { description: "Lines and switches" },
  ]);
  expect(await tried(made, "get-store --fields serial,behind -o ndjson")).toEqual(
    unchanged(
      '{"serial":13,"behind":true}\n',
      "the file `pchat.json` is at serial 12, and its journal at 13; before it is edited by hand or copied alone, run:\n" +
        "  pchat compact-store\n",
    ),
  );
  expect(await tried(made, "compact-store --what-if -o name")).toEqual(
    unchanged("", "would bring `pchat.json` from serial 12 to 13; nothing was written\n"),
  );
  expect(await tried(made, "compact-store --fields changed,serial -o ndjson")).toEqual(
    done('{"changed":true,"serial":14}\n', ""),
  );
  expect(JSON.parse(fileIn(made))).toMatchObject({ serial: 14 });
  expect(fileIn(made).replace('"serial": 14', '"serial": 12')).toBe(
    before.replace(/("name": "Room 7",\n\s+"description": )"[^"]*"/, (_, start: string) => `${start}"seven"`),
  );
  expect(await tried(made, "compact-store --fields changed,serial -o ndjson")).toEqual(
    unchanged('{"changed":false,"serial":14}\n', "`pchat.json` is current: there is nothing to write\n"),
  );
  expect((await made.pchat("test-store")).exitCode).toBe(0);
});

test("a change that the file does not hold yet can be undone", async () => {
  const made = await large();
  const before = fileIn(made);
  await made.pchat("set-room 'Room 7' --description 'seven' --add-members 'Ken Myer'");
  expect((await made.pchat("undo-change --last")).exitCode).toBe(0);
  expect(await made.json("get-room 'Room 7' --fields description,members")).toEqual([
    { description: "Lines and switches", members: ["sip:anamyer@litwareinc.com"] },
  ]);
  expect(fileIn(made)).toBe(before);
});

test("a small store is always current", async () => {
  const made = await deployed();
  await made.pchat("set-room 'Network' --description 'x'");
  expect(await tried(made, "compact-store -o name")).toEqual(
    unchanged("12\n", "`pchat.json` is current: there is nothing to write\n"),
  );
});
