import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blankPoolRow } from "../support/blank-pool.ts";
import { type Bench, bench, fixtures } from "../support/cli.ts";

/** A store as the first release wrote it: without compliance configurations, endpoints, or what a pool's servers are. */
function earlier(): Bench {
  const made = bench();
  cpSync(join(fixtures, "earlier-store"), made.folder, { recursive: true });
  return made;
}

const pool = { ...blankPoolRow, fqdn: "pchat.contoso.com", displayName: null, site: "Redmond" };

test("reads as it is, and is not touched by reading", async () => {
  const made = earlier();
  const before = made.files();
  expect(await made.json("get-pool")).toEqual([pool]);
  expect(await made.pchat("get-compliance-configuration -o name")).toEqual({
    exitCode: 0,
    stdout: "Global\n",
    stderr: "",
  });
  expect(await made.json("get-endpoint")).toEqual([]);
  expect(made.files()).toEqual(before);
});

test("is sound, with its journal", async () => {
  const rows = (await earlier().json("test-store")) as { part: string; ok: boolean; detail: string }[];
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  expect(rows.slice(0, 3).map(({ part, detail }) => [part, detail])).toEqual([
    ["file", "serial 4, schemaVersion 1"],
    ["journal", "serials 0 to 4"],
    ["agreement", "the file is what the journal says"],
  ]);
});

test("a change records itself alone, and later ones go on from it", async () => {
  const made = earlier();
  expect(await made.pchat("set-compliance-configuration Global --run-interval 00:20:00 -o name")).toEqual({
    exitCode: 0,
    stdout: "Global\n",
    stderr:
      "warning: the clock says 2026-01-01T00:00:00.000Z, and the change before was made at 2026-11-26T00:42:57.767Z\n" +
      "created compliance configuration `Global` (serial 5)\n",
  });
  expect(await made.pchat("set-pool pchat.contoso.com --servers s1.contoso.com -o none")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "updated pool `pchat.contoso.com` (serial 6)\n",
  });
  expect(await made.json("get-pool")).toEqual([
    { ...pool, servers: ["s1.contoso.com"], inactiveServers: ["s1.contoso.com"] },
  ]);
  const changes = (await made.json("get-history")) as { serial: number; changes: unknown }[];
  expect(changes.map(({ serial, changes: of }) => [serial, of]).slice(-2)).toMatchInlineSnapshot(`
    [
      [
        5,
        [
          "created compliance configuration Global",
        ],
      ],
      [
        6,
        [
          "updated pool pchat.contoso.com",
        ],
      ],
    ]
  `);
  expect((await made.pchat("test-store")).exitCode).toBe(0);
});
