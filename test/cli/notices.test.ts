import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { tried } from "../support/tried.ts";

const line = "set-room Network --description Cables -o none";
const updated = "updated room `pchat.litwareinc.com\\Network`";

test("a writer tells of an edit outside pchat, and records it before its own change", async () => {
  const made = await deployed();
  const file = join(made.folder, "pchat.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("Lines and switches", "Lines"));
  expect((await tried(made, line)).stderr).toBe(
    "warning: `pchat.json` was edited outside pchat after serial 11; the next change records that\n" +
      `${updated} (serial 13)\n`,
  );
  expect(await made.json("get-history --serial 12 --fields command,actor,changes")).toEqual([
    { command: "edited outside pchat", actor: "unknown", changes: [updated.replaceAll("`", "")] },
  ]);
});

test("a writer tells of a change that was never finished", async () => {
  const made = await deployed();
  appendFileSync(join(made.folder, "pchat.journal.ndjson"), '{"kind":"change","serial":12,"li');
  expect((await tried(made, line)).stderr).toBe(
    "warning: `pchat.journal.ndjson` ended in a change that was never finished; it was left out\n" +
      `${updated} (serial 12)\n`,
  );
});

test("under -o json stderr stays empty", async () => {
  const made = await deployed();
  appendFileSync(join(made.folder, "pchat.journal.ndjson"), "{");
  expect(await made.pchat("set-room Network --description Cables -o json")).toMatchObject({ stderr: "" });
});
