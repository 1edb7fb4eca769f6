import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { steps } from "../demo/steps.ts";
import { fixtures } from "../support/cli.ts";
import { folder, pchat, shell, start } from "../support/program.ts";

/** A store written straight to its file: much faster than a command a room. */
function storeWithRooms(count: number): string {
  const cwd = folder();
  expect(pchat(cwd, ["new-store"]).status).toBe(0);
  expect(pchat(cwd, ["new-pool", "pchat.contoso.com"]).status).toBe(0);
  expect(pchat(cwd, ["new-category", "IT"]).status).toBe(0);
  expect(pchat(cwd, ["new-room", "Room 0", "--category", "IT"]).status).toBe(0);
  const path = join(cwd, "pchat.json");
  const store = JSON.parse(readFileSync(path, "utf8"));
  const [room] = store.rooms;
  for (let i = 1; i < count; i++) {
    const name = `Room ${i}`;
    store.rooms.push({
      ...room,
      id: store.nextId++,
      name,
      identity: `pchat.contoso.com\\${name}`,
      description: "x".repeat(200),
    });
  }
  writeFileSync(path, `${JSON.stringify(store, null, 2)}\n`);
  return cwd;
}

test("output into a slow pipe arrives whole", async () => {
  const cwd = storeWithRooms(3000);
  const child = start(cwd, ["get-room", "-o", "json"], { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  // Reading begins only once the program has filled the pipe, or ended.
  for await (const chunk of child.stdout!) {
    chunks.push(chunk as Buffer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const text = Buffer.concat(chunks).toString("utf8");
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(JSON.parse(text)).toHaveLength(3000);
});

test("a full disk behind stdout ends with 1 and says so", () => {
  const cwd = storeWithRooms(2);
  expect(shell(cwd, "pchat get-room -o csv -q > /dev/full")).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "error: the output cannot be written: the disk is full\nhint: what was printed is not whole; see that there is room, and run it again\n",
  });
});

test("a reader that closes the pipe early ends it quietly", () => {
  const cwd = storeWithRooms(3000);
  expect(shell(cwd, "set +o pipefail; pchat get-room -o name -q | head -1")).toEqual({
    status: 0,
    stdout: "pchat.contoso.com\\Room 0\n",
    stderr: "",
  });
});

test("a verdict stays one where nobody reads what is said of it", () => {
  const cwd = storeWithRooms(2);
  const line = "pchat test-access sip:ana@contoso.com 'Room 0' | true; echo ${PIPESTATUS[0]}";
  expect(shell(cwd, line).stdout).toBe("10\n");
});

test("NODE_ENV=test changes nothing", () => {
  const cwd = folder();
  expect(pchat(cwd, ["new-store"], { NODE_ENV: "test" }).status).toBe(0);
  expect(pchat(cwd, ["new-pool", "a.contoso.com"], { NODE_ENV: "test" }).status).toBe(0);
  expect(pchat(cwd, ["get-pool", "-o", "name"]).stdout).toBe("a.contoso.com\n");
});

test("a new store can be read by its owner alone; mode and symbolic link are kept", () => {
  const cwd = folder();
  pchat(cwd, ["new-store"]);
  expect(statSync(join(cwd, "pchat.json")).mode & 0o777).toBe(0o600);
  chmodSync(join(cwd, "pchat.json"), 0o640);
  mkdirSync(join(cwd, "elsewhere"));
  symlinkSync("../pchat.json", join(cwd, "elsewhere/link.json"));
  expect(pchat(cwd, ["new-pool", "a.contoso.com", "--store", "elsewhere/link.json"]).status).toBe(0);
  expect(lstatSync(join(cwd, "elsewhere/link.json")).isSymbolicLink()).toBe(true);
  expect(statSync(join(cwd, "pchat.json")).mode & 0o777).toBe(0o640);
  expect(pchat(cwd, ["get-pool", "-o", "name"]).stdout).toBe("a.contoso.com\n");
});

test.each([
  ["not JSON", '{\n  "schemaVersion": 1,\n  rooms: []\n}\n', 3, 3],
  ["another schema version", '{\n  "schemaVersion": 99\n}\n', undefined, undefined],
])("a store that is %s ends with 5, naming the place, and stays as it is", (_, text, line, column) => {
  const cwd = folder();
  writeFileSync(join(cwd, "pchat.json"), text);
  const { status, stdout, stderr } = pchat(cwd, ["get-room"]);
  expect({ status, stdout }).toEqual({ status: 5, stdout: "" });
  expect(stderr).toContain("pchat.json");
  if (line !== undefined) expect(stderr).toContain(`line ${line}, column ${column}`);
  expect(stderr).not.toContain("    at ");
  expect(pchat(cwd, ["new-pool", "a.contoso.com"]).status).toBe(5);
  expect(readFileSync(join(cwd, "pchat.json"), "utf8")).toBe(text);
});

test("a folder in the place of the store ends with 5", () => {
  const cwd = folder();
  mkdirSync(join(cwd, "pchat.json"));
  expect(pchat(cwd, ["get-room"])).toMatchObject({ status: 5, stdout: "" });
});

test("writers in parallel lose nothing", async () => {
  const cwd = folder();
  pchat(cwd, ["new-store"]);
  const children = Array.from({ length: 12 }, (_, i) =>
    start(cwd, ["new-pool", `p${i}.contoso.com`, "-o", "none"], { stdio: "ignore" }),
  );
  const codes = await Promise.all(
    children.map((child) => new Promise((resolve) => child.on("exit", resolve))),
  );
  expect(codes).toEqual(Array.from({ length: 12 }, () => 0));
  const store = JSON.parse(readFileSync(join(cwd, "pchat.json"), "utf8"));
  expect(store.serial).toBe(13);
  expect(store.pools.map((pool: { fqdn: string }) => pool.fqdn).sort()).toEqual(
    Array.from({ length: 12 }, (_, i) => `p${i}.contoso.com`).sort(),
  );
});

/** What differs between two runs of the same commands: the store's own number, and times. */
const timeless = (text: string): string =>
  text.replace(/"lineage": ?"[^"]*"/g, '"lineage"').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time");

test("the demo's commands typed by hand in two empty folders give the same store", () => {
  const stores = [folder(), folder()].map((cwd) => {
    for (const line of steps.flatMap(({ lines }) => lines)) {
      const { status, stderr } = shell(cwd, line.replaceAll("{fixtures}", fixtures));
      expect({ line, status, stderr: status === 0 ? "" : stderr }).toEqual({ line, status: 0, stderr: "" });
    }
    return timeless(readFileSync(join(cwd, "pchat.json"), "utf8"));
  });
  expect(stores[0]).toBe(stores[1]);
});
