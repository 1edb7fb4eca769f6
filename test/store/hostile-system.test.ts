import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { program } from "../support/program.ts";
import { addRoom, author, beside, imageOf, makeStore, room, textOf } from "./store-fixture.ts";

const nobody = 65534;

/** Runs a command line of the real program in the store's folder: as somebody who is not root, within a file size. */
function run(path: string, line: string, largestFile?: number) {
  const limit = largestFile === undefined ? "" : `trap '' XFSZ; ulimit -f ${largestFile}; `;
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-c", `${limit}exec '${process.execPath}' '${program}' ${line}`],
    { cwd: join(path, ".."), encoding: "utf8", env: { PATH: process.env["PATH"] ?? "" }, ...user },
  );
  return { status, stdout, stderr };
}

async function makeOwnStore() {
  const made = await makeStore();
  giveAway(join(made.path, ".."));
  return made;
}

function giveAway(folder: string): void {
  if (process.getuid?.() !== 0) return;
  chownSync(folder, nobody, nobody);
  for (const name of readdirSync(folder)) chownSync(join(folder, name), nobody, nobody);
}

const withoutLock = (path: string) => {
  const { "pchat.lock": _, ...rest } = imageOf(join(path, ".."));
  return rest;
};

describe.runIf(process.platform !== "win32")("a system that does not let pchat", () => {
  test("read the file is told so", async () => {
    const { path } = await makeOwnStore();
    chmodSync(path, 0o200);
    expect(run(path, "get-room")).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("cannot read `pchat.json`: permission denied"),
    });
  });

  test("write the folder lets it read, and nothing is written", async () => {
    const { path } = await makeOwnStore();
    chmodSync(join(path, ".."), 0o555);
    const before = withoutLock(path);
    expect(run(path, "get-room -o name")).toEqual({
      status: 0,
      stdout: "pchat.contoso.com\\Desk\n",
      stderr: "",
    });
    expect(run(path, "set-room Desk --description new")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cannot write `pchat.json`: permission denied"),
    });
    expect(withoutLock(path)).toEqual(before);
    chmodSync(join(path, ".."), 0o755);
  });

  test("enter the folder of messages is told so, and which part it is", async () => {
    const { path } = await makeOwnStore();
    const folder = beside(path, ".messages");
    mkdirSync(folder);
    chmodSync(folder, 0);
    giveAway(join(path, ".."));
    const said = "cannot read `pchat.messages`: permission denied";
    for (const line of ["backup-store b", "export-data b.zip --level Content", "get-message Desk"]) {
      expect(run(path, line)).toMatchObject({ status: 1, stderr: expect.stringContaining(said) });
    }
    expect(run(path, "test-store -o csv")).toMatchObject({
      status: 5,
      stdout: expect.stringMatching(/^messages,false,cannot read `pchat.messages`: permission denied$/m),
    });
    chmodSync(folder, 0o700);
  });

  test("write a file that was asked for is told so before anything is kept", async () => {
    const { path } = await makeOwnStore();
    const folder = join(path, "../closed");
    mkdirSync(folder);
    writeFileSync(join(path, "../f.csv"), "identity,description\nDesk,new\n");
    giveAway(join(path, ".."));
    chmodSync(folder, 0o555);
    const before = textOf(path);
    expect(run(path, "import-room f.csv --continue-on-error --failed closed/z.csv")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("cannot write `closed/z.csv`: permission denied"),
    });
    expect(textOf(path)).toBe(before);
  });

  test("make the lock is told so", async () => {
    const { path } = await makeOwnStore();
    chmodSync(beside(path, ".lock"), 0o400);
    const before = imageOf(join(path, ".."));
    expect(run(path, "set-room Desk --description new")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cannot write `pchat.lock`: permission denied"),
    });
    expect(imageOf(join(path, ".."))).toEqual(before);
  });
});

describe.runIf(process.platform !== "win32")("no room for what is to be written", () => {
  test("refuses the change, and leaves every byte and no other file", async () => {
    const { path, store } = await makeStore();
    // The file is larger than the limit, its journal is not.
    const members = Array.from({ length: 800 }, (_, at) => `sip:user-number-${at}@contoso.com`);
    await store.update(author(), addRoom("Large", { members }));
    giveAway(join(path, ".."));
    const before = withoutLock(path);
    expect(run(path, "set-room Desk --description new", 24)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cannot write `pchat.json`: it would become too large"),
    });
    expect(withoutLock(path)).toEqual(before);
    expect(run(path, "set-room Desk --description new")).toMatchObject({ status: 0 });
  });

  test("in the journal refuses the change, and leaves every byte and no other file", async () => {
    const { path, store } = await makeStore();
    for (const text of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      await store.update(author(), ({ state, nextId }) => ({
        change: {
          writes: [
            {
              collection: "rooms",
              id: 3,
              before: state.get("rooms", 3)!,
              after: room(3, "Desk", { description: text.repeat(200) }),
            },
          ],
          nextId,
        },
        value: 0,
      }));
    }
    giveAway(join(path, ".."));
    const before = withoutLock(path);
    expect(run(path, "set-room Desk --description new", 9)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("cannot write `pchat.journal.ndjson`: it would become too large"),
    });
    expect(withoutLock(path)).toEqual(before);
    expect(run(path, "set-room Desk --description new")).toMatchObject({ status: 0 });
  });
});

describe.runIf(process.platform !== "win32")("no room for messages", () => {
  const long = `"$(head -c 20000 /dev/zero | tr '\\0' x)"`;

  /** A store whose Global policy enables everybody, with two messages in its room. */
  async function makeTalked() {
    const { path, store } = await makeStore();
    const policy = { identity: "Global", description: null, enablePersistentChat: true };
    await store.update(author(), ({ nextId }) => ({
      change: {
        writes: [{ collection: "policies", id: nextId, after: { id: nextId, ...policy } }],
        nextId: nextId + 1,
      },
      value: 0,
    }));
    giveAway(join(path, ".."));
    for (const text of ["one", "two"]) {
      expect(run(path, `send-message Desk ${text} --as sip:ana@contoso.com`).status).toBe(0);
    }
    return path;
  }

  test.each([
    [`send-message Desk ${long} --as sip:ana@contoso.com`, "cannot write `pchat.messages/3.ndjson`"],
    [`remove-message Desk --filter two --replace-message ${long} --yes`, "cannot write `pchat.json`"],
  ])("%s is refused, and every byte left", async (line, message) => {
    const path = await makeTalked();
    const before = withoutLock(path);
    expect(run(path, line, 16)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${message}: it would become too large`),
    });
    expect(withoutLock(path)).toEqual(before);
    expect(run(path, line).status).toBe(0);
  });
});

/** Whether a disk of a few kilobytes can be made, which takes root and a mount namespace. */
const canMount =
  spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" }).status === 0;

test.runIf(canMount)("a full disk refuses the change, and leaves every byte and no other file", async () => {
  const { path } = await makeStore();
  const folder = join(path, "..");
  const script = `
    set -e
    cp -a '${folder}' '${folder}.saved'
    rm -f '${folder}.saved'/*.index
    mount -t tmpfs -o size=64k tmpfs '${folder}'
    cp -a '${folder}.saved/.' '${folder}'
    rm -r '${folder}.saved'
    cd '${folder}'
    change() { '${process.execPath}' '${program}' set-room Desk --description new -o none; echo "exit $?"; }
    bytes() { sha256sum *.json *.ndjson; ls -A; }
    head -c 1M /dev/zero > full 2> /dev/null || true
    before=$(bytes)
    set +e
    change
    [ "$before" = "$(bytes)" ] && echo unchanged
    rm full
    change`;
  const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  expect(stdout).toBe("exit 1\nunchanged\nexit 0\n");
  expect(stderr).toMatch(
    /^error: cannot write `pchat\.json`: the disk is full\nhint: .+\nupdated room `pchat\.contoso\.com\\Desk` \(serial 2\)\n$/,
  );
});

test.runIf(process.getuid?.() === 0)("root keeps the owner of a file that is somebody else's", async () => {
  const { path, store } = await makeOwnStore();
  chmodSync(path, 0o640);
  await store.update(author(), addRoom("New"));
  const { statSync } = await import("node:fs");
  const { uid, gid, mode } = statSync(path);
  expect([uid, gid, mode & 0o777]).toEqual([nobody, nobody, 0o640]);
  writeFileSync(beside(path, ".journal.ndjson"), "");
  await store.update(author(), addRoom("Next"));
  expect(statSync(path).uid).toBe(nobody);
});
