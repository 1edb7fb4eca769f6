import { expect, test } from "vitest";
import { type Bench, bench } from "../support/cli.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const servers = (n: number): string[] => Array.from({ length: n }, (_, i) => `s${i + 1}.contoso.com`);
const each = (option: string, names: readonly string[]): string =>
  names.map((name) => `${option} ${name}`).join(" ");

/** A pool with so many servers, of which the first so many are active (serial 2). */
async function withServers(all: number, active: number): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat(
    `new-pool p.contoso.com ${each("--servers", servers(all))} ${each("--active-servers", servers(active))}`,
  );
  return made;
}

const pool = async (made: Bench): Promise<Record<string, unknown>> =>
  ((await made.json("get-pool")) as Record<string, unknown>[])[0]!;

test("adds and removes servers, by any case, in one change", async () => {
  const made = await withServers(3, 2);
  expect(
    await tried(
      made,
      "set-active-server p.contoso.com --add-active-servers S3.contoso.com --remove-active-servers S1.CONTOSO.com -o name",
    ),
  ).toEqual(done("p.contoso.com\n", "updated pool `p.contoso.com` (serial 3)\n"));
  expect(await pool(made)).toMatchObject({
    activeServers: ["s2.contoso.com", "S3.contoso.com"],
    inactiveServers: ["s1.contoso.com"],
  });
});

test("adding what is active changes nothing", async () => {
  expect(
    await tried(
      await withServers(2, 1),
      "set-active-server p.contoso.com --add-active-servers s1.contoso.com -o name",
    ),
  ).toEqual(unchanged("p.contoso.com\n", "unchanged: pool `p.contoso.com` (still at serial 2)\n"));
});

test("an exact list replaces the whole", async () => {
  const made = await withServers(8, 4);
  await made.pchat(`set-active-server p.contoso.com ${each("--active-servers", servers(8).slice(4))}`);
  expect(await pool(made)).toMatchObject({
    activeServers: servers(8).slice(4),
    inactiveServers: servers(4),
  });
});

test.each([
  "PChatServerCollection",
  "pchatserverCOLLECTION",
  "global",
  "PersistentChatServer:p.contoso.com",
  "service:P.contoso.com",
])("--swap makes the others active, for the pool that %s means", async (word) => {
  const made = await withServers(5, 3);
  expect(await tried(made, `set-active-server ${word} --swap -o none`)).toEqual(
    done("", "updated pool `p.contoso.com` (serial 3)\n"),
  );
  expect(await pool(made)).toMatchObject({
    activeServers: ["s4.contoso.com", "s5.contoso.com"],
    inactiveServers: servers(3),
  });
});

test.each(["--clear-active-servers", "--remove-active-servers s1.contoso.com"])(
  "%s leaves none, and says what that means",
  async (option) => {
    const made = await withServers(2, 1);
    expect(await tried(made, `set-active-server p.contoso.com ${option} -o name`)).toEqual(
      done(
        "p.contoso.com\n",
        "updated pool `p.contoso.com` (serial 3)\n" +
          "warning: pool `p.contoso.com` has no active server: it takes no new connections\n",
      ),
    );
  },
);

test.each([
  [
    "a fifth active server",
    `--add-active-servers s5.contoso.com`,
    4,
    "error: pool `p.contoso.com` may have at most 4 active servers, and would have 5\n",
  ],
  [
    "a server of nowhere",
    "--add-active-servers s9.contoso.com",
    3,
    "error: pool `p.contoso.com` has no server `s9.contoso.com`, and only its own servers can be active\n" +
      "hint: declare what the topology has, or take it off the active servers too: pchat set-pool p.contoso.com --add-servers s9.contoso.com\n",
  ],
  [
    "a name that is not qualified",
    "--add-active-servers s5",
    2,
    "error: `s5` is not a fully qualified domain name\nhint: name the server as the topology does, for example pchat.contoso.com\n",
  ],
  [
    "--swap with a list",
    "--swap --add-active-servers s5.contoso.com",
    2,
    "error: `--swap` does not go with `--active-servers` or a change to them\nhint: swap, or name the servers\n",
  ],
  [
    "nothing to change",
    "",
    6,
    "error: `set-active-server` was not told what to change\n" +
      "hint: say it with --active-servers, --swap, or run it at a terminal, which asks; see all options with: pchat set-active-server --help\n",
  ],
])("refuses %s, and writes nothing", async (_, options, exitCode, stderr) => {
  expect(await tried(await withServers(6, 4), `set-active-server p.contoso.com ${options}`)).toEqual(
    refused(exitCode, stderr),
  );
});

test("refuses to swap more than 4 in", async () => {
  expect(await tried(await withServers(8, 3), "set-active-server p.contoso.com --swap")).toEqual(
    refused(4, "error: pool `p.contoso.com` may have at most 4 active servers, and would have 5\n"),
  );
});

test("PChatServerCollection means no pool where there are two", async () => {
  const made = await withServers(2, 1);
  await made.pchat("new-pool q.contoso.com");
  expect(await tried(made, "set-active-server PChatServerCollection --swap")).toEqual(
    refused(
      2,
      "error: there are 2 pools, and none was named\n" +
        "hint: add --pool with one of `p.contoso.com`, `q.contoso.com`\n",
    ),
  );
});

test.each([
  [
    "a ninth server",
    `set-pool p.contoso.com --add-servers s9.contoso.com`,
    4,
    "error: pool `p.contoso.com` may have at most 8 servers, and would have 9\n",
  ],
  [
    "taking an active server out of the pool",
    "set-pool p.contoso.com --remove-servers s1.contoso.com",
    3,
    "error: pool `p.contoso.com` has no server `s1.contoso.com`, and only its own servers can be active\n" +
      "hint: declare what the topology has, or take it off the active servers too: pchat set-pool p.contoso.com --add-servers s1.contoso.com\n",
  ],
])("set-pool refuses %s, and writes nothing", async (_, line, exitCode, stderr) => {
  expect(await tried(await withServers(8, 1), line)).toEqual(refused(exitCode, stderr));
});
