import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

test.each(["lost", "damaged"])("a directory file that was %s is replaced by importing again", async (how) => {
  const made = await deployed();
  const path = join(made.folder, "pchat.directory.json");
  if (how === "lost") rmSync(path);
  else writeFileSync(path, "{bad");
  expect((await made.pchat("set-room Network --add-members 'Ken Myer'")).exitCode).toBe(5);
  expect((await made.pchat(`import-directory '${fixtures}/litwareinc.ldif' -o none`)).exitCode).toBe(0);
  expect((await made.pchat("set-room Network --add-members 'Ken Myer'")).exitCode).toBe(0);
});

test.each([
  ["an export without entries", "empty.ldif"],
  ["a misspelt attribute for SIP addresses", `'${fixtures}/litwareinc.ldif' --sip-attribute bogus`],
])("%s is refused, and nothing is written", async (_, words) => {
  const made = await deployed();
  writeFileSync(join(made.folder, "empty.ldif"), "version: 1\n");
  const before = made.files();
  expect((await made.pchat(`import-directory ${words}`)).exitCode).toBe(4);
  expect(made.files()).toEqual(before);
});

test("stdin is read once", async () => {
  const made = await deployed();
  const before = made.files();
  const { exitCode, stderr } = await made.pchat("set-room - --members-file - --yes", { stdin: "Network\n" });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: "error: stdin can be read once, and `-` was given twice\n",
  });
  expect(made.files()).toEqual(before);
});
