import { expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const env = { NO_COLOR: "1" };
const helpDesk = "pchat.litwareinc.com\\Help Desk";
const stock = "This message was replaced by the Persistent Chat administrator.";
const texts = ["my password is hunter2", "do not say that", "Hunter2 is out", "ok"];

/** Four messages in Help Desk, one a second from 2026-01-01T00:00:12Z on: Ken, Ana, Ken, Ana. */
async function talked(): Promise<Bench> {
  const made = await deployed();
  await made.pchat("grant-policy 'Ana Myer' --policy RedmondUsers");
  for (const [at, text] of texts.entries()) {
    await made.pchat(`send-message 'Help Desk' '${text}' --as '${at % 2 === 0 ? "Ken Myer" : "Ana Myer"}'`);
  }
  return made;
}

const left = async (made: Bench): Promise<unknown> =>
  ((await made.json("get-message --fields text")) as readonly { text: string }[]).map(({ text }) => text);

test.each([
  ["", []],
  ["--user-uri 'Ken Myer'", [texts[1], texts[3]]],
  ["--user sip:kenmyer@litwareinc.com --filter hunter2 --case-sensitive true", texts.slice(1)],
  ["--filter hunter2", [texts[1], texts[3]]],
  ["--filter 'hunter2 password'", texts.slice(1)],
  ["--filter 'hunter2 password' --match-clause And", texts.slice(1)],
  ["--filter 'password ok' --match-clause Or", [texts[1], texts[2]]],
  ["--filter 'not say' --match-clause Exact", [texts[0], texts[2], texts[3]]],
  ["--filter 'say not' --match-clause Exact", texts],
  ["--start-date 2026-01-01T00:00:14Z", [texts[0], texts[1]]],
  ["--end-date 2026-01-01T00:00:12Z", texts.slice(1)],
  ["--start-date 2026-01-01T00:00:13Z --end-date 2026-01-01T00:00:14Z", [texts[0], texts[3]]],
])("--remove %s", async (options, expected) => {
  const made = await talked();
  expect((await made.pchat(`remove-message 'Help Desk' ${options} --remove --yes`)).exitCode).toBe(0);
  expect(await left(made)).toEqual(expected);
});

test("replaces the text, and keeps who wrote when", async () => {
  const made = await talked();
  expect(
    await made.json("remove-message 'Help Desk' --filter password --replace-message '(removed)' --yes"),
  ).toEqual({
    changed: true,
    dryRun: false,
    serial: 13,
    changes: [],
    effects: [],
    warnings: [],
    report: [
      {
        room: helpDesk,
        removed: 0,
        replaced: 1,
        first: "2026-01-01T00:00:12.000Z",
        last: "2026-01-01T00:00:12.000Z",
      },
    ],
  });
  expect(await made.json("get-message --result-size 1")).toEqual([
    {
      room: helpDesk,
      id: 1,
      time: "2026-01-01T00:00:12.000Z",
      author: "sip:kenmyer@litwareinc.com",
      text: "(removed)",
      replaced: true,
    },
  ]);
  expect(
    await tried(made, "remove-message 'Help Desk' --filter removed --replace-message '(removed)' -o none"),
  ).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "no message is concerned (still at serial 13)\n",
    wrote: false,
  });
});

test("without a text of one's own, the product's stands there", async () => {
  const made = await talked();
  await made.pchat("remove-message 'Help Desk' --user-uri 'Ken Myer' --replace-message '' --yes");
  expect(await left(made)).toEqual([stock, texts[1], stock, texts[3]]);
});

test("neither keywords nor texts reach the journal", async () => {
  const made = await talked();
  await made.pchat("remove-message 'Help Desk' --filter=hunter2 --replace-message 'no passwords' --yes");
  expect(await made.json("get-history --serial 13 --fields command,changes")).toEqual([
    {
      command: "remove-message 'Help Desk' '--filter=***' --replace-message '***' --yes",
      changes: [`replaced 2 messages in ${helpDesk}`],
    },
  ]);
  expect(made.files()["pchat.journal.ndjson"]).not.toMatch(/hunter2|passwords/);
});

test("asks before it changes anything", async () => {
  const made = await talked();
  const question = `replace the text of 1 message of 2026-01-01T00:00:13.000Z in \`${helpDesk}\` for good? (this cannot be undone)`;
  expect(
    await tried(made, "remove-message 'Help Desk' --filter 'do not' --replace-message x", {
      answers: [false],
      env,
    }),
  ).toEqual(refused(6, `? ${question}\nerror: declined; nothing was written\n`));
});

test.each([
  [
    "remove-message 'Help Desk' --remove --replace-message x --yes",
    2,
    "error: `--remove` and `--replace-message` exclude each other\nhint: --remove takes the messages out, --replace-message puts a text in their place\n",
  ],
  [
    "Remove-CsPersistentChatMessage 'Help Desk' --end-date 2012-04-01 --yes",
    2,
    "error: `remove-message` needs `--remove` or `--replace-message`\nhint: --remove takes the messages out, --replace-message puts a text in their place\n",
  ],
  [
    "remove-message 'Help Desk' --remove --filter '' --yes",
    2,
    "error: `--filter` takes one or more keywords, not an empty word\n",
  ],
  ["remove-message 'Help Desk' --remove --match-clause Any --yes", 2, undefined],
  ["remove-message 'Help Desk' --remove --start-date 1/2/2012 --yes", 2, undefined],
  ["remove-message 'Help Desk' --remove --user-uri 'Nobody At All' --yes", 3, undefined],
  ["remove-message 'Help Desk' --remove --as 'Ken Myer' --yes", 4, undefined],
])("%s is refused", async (line, exitCode, stderr) => {
  const made = await talked();
  expect(await tried(made, line)).toEqual(refused(exitCode, stderr ?? expect.stringMatching(/^error: /)));
});
