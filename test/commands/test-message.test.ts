import { expect, test } from "vitest";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const helpDesk = `${pool}\\Help Desk`;
const ken = "sip:kenmyer@litwareinc.com";
const ana = "sip:anamyer@litwareinc.com";
const line = `test-message --sender-sip-address 'Ken Myer' --receiver-sip-address ${ana}`;

const answer = (more: object) => ({
  targetFqdn: pool,
  result: "Success",
  errorMessage: "",
  diagnosis: [],
  sender: ken,
  receiver: ana,
  room: helpDesk,
  simulated: true,
  ...more,
});

/** What a line prints as JSON, and how it ends. */
async function said(words: string, before: readonly string[] = []): Promise<unknown> {
  const made = await deployed();
  for (const step of before) {
    const { exitCode, stderr } = await made.pchat(step);
    if (exitCode !== 0) throw new Error(`${step}: ${stderr}`);
  }
  const { exitCode, stdout, wrote } = await tried(made, `${words} -o json`);
  expect(wrote).toBe(false);
  return { exitCode, rows: JSON.parse(stdout) as unknown };
}

const grantAna = "grant-policy 'Ana Myer' --policy RedmondUsers";

test("a message gets through where one may post and the other read", async () => {
  expect(await said(line, [grantAna])).toEqual({ exitCode: 0, rows: [answer({})] });
});

test("the policy of one is missing", async () => {
  expect(await said(line)).toEqual({
    exitCode: 10,
    rows: [
      answer({
        result: "Failure",
        errorMessage: `no policy enables \`${ana}\`: \`Global\` applies, which does not`,
        diagnosis: ["no-enabling-policy"],
        room: null,
      }),
    ],
  });
});

test("the room is missing", async () => {
  expect(await said(line, [grantAna, "remove-room 'Help Desk' Network --yes"])).toEqual({
    exitCode: 10,
    rows: [
      answer({
        result: "Failure",
        errorMessage: `pool \`${pool}\` has no room`,
        diagnosis: ["no-room"],
        room: null,
      }),
    ],
  });
});

test("both are missing, and both are told", async () => {
  expect(
    await said(line, [
      "remove-room 'Help Desk' Network --yes",
      "set-policy RedmondUsers --enable-persistent-chat false",
    ]),
  ).toEqual({
    exitCode: 10,
    rows: [
      answer({
        result: "Failure",
        errorMessage: `pool \`${pool}\` has no room; no policy enables \`${ken}\`: \`RedmondUsers\` applies, which does not; no policy enables \`${ana}\`: \`Global\` applies, which does not`,
        diagnosis: ["no-room", "no-enabling-policy"],
        room: null,
      }),
    ],
  });
});

test("there are rooms and policies, but no room for both", async () => {
  expect(await said(line, [grantAna, "set-room 'Help Desk' --disabled true"])).toEqual({
    exitCode: 10,
    rows: [
      answer({
        result: "Failure",
        errorMessage: `none of the 2 rooms of pool \`${pool}\` lets \`${ken}\` post and \`${ana}\` read`,
        diagnosis: ["access-denied"],
        room: null,
      }),
    ],
  });
});

test("the room that was named is the one that is judged", async () => {
  expect(await said(`${line} --chat-room-uri Network`, [grantAna])).toEqual({
    exitCode: 10,
    rows: [
      answer({
        result: "Failure",
        errorMessage: `\`${ken}\` may not post in \`${pool}\\Network\` (not a member)`,
        diagnosis: ["access-denied"],
        room: `${pool}\\Network`,
      }),
    ],
  });
});

test("the commands at the end mend it", async () => {
  const made = await deployed();
  const { stderr } = await made.pchat(line);
  expect(stderr).toBe(`grant one that does:\n  pchat grant-policy ${ana} --policy RedmondUsers\n`);
  await made.pchat(stderr.split("\n")[1]!.trim());
  expect(await made.pchat(`${line} -o csv --fields result`)).toEqual({
    exitCode: 0,
    stdout: "result\nSuccess\n",
    stderr: "",
  });
});

test("without a directory it says that it cannot be told", async () => {
  const made = bench();
  for (const step of [
    "new-store",
    "new-pool pchat.contoso.com",
    "set-policy Global --enable-persistent-chat true",
    "new-category IT --allowed-members 'OU=IT,DC=contoso,DC=com'",
    "new-room Desk --category IT --privacy Open",
  ]) {
    await made.pchat(step);
  }
  const { exitCode, stdout } = await made.pchat(
    "test-message --sender-sip-address sip:a@contoso.com --receiver-sip-address sip:b@contoso.com -o json --fields result,diagnosis",
  );
  expect({ exitCode, rows: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 10,
    rows: [{ result: "Failure", diagnosis: ["access-unknown"] }],
  });
});

test("what only a server needs is understood and does nothing", async () => {
  const words = `Test-CsPersistentChatMessage --target-fqdn ${pool} --sender-sip-address ${ken} --sender-credential x --receiver-sip-address ${ana} --receiver-credential y --authentication negotiate --registrar-port 5061 --test-user1-sip-address ${ken} --test-user2-sip-address ${ana} --setup true`;
  expect(await said(words, [grantAna])).toEqual({ exitCode: 0, rows: [answer({})] });
});

test("test users stand in for sender and receiver", async () => {
  const words = `test-message --setup '$true' --test-user1-sip-address 'Ken Myer' --test-user2-sip-address 'Ana Myer'`;
  expect(await said(words, [grantAna])).toEqual({ exitCode: 0, rows: [answer({})] });
});

test.each([
  [
    "test-message",
    2,
    "error: `test-message` needs `--sender-sip-address` and `--receiver-sip-address`\nhint: see how it is used: pchat test-message --help\n",
  ],
  [
    `test-message --setup true --sender-sip-address ${ken}`,
    2,
    "error: `test-message` needs `--test-user2-sip-address`\nhint: see how it is used: pchat test-message --help\n",
  ],
  [
    `test-message --sender-sip-address ${ken} --receiver-sip-address 'Ken Myer'`,
    2,
    `error: sender and receiver are both \`${ken}\`\nhint: name two users\n`,
  ],
  [`${line} --registrar-port 0`, 2, undefined],
  [`${line} --target-fqdn other.litwareinc.com`, 3, undefined],
  [`${line} --chat-room-uri Nowhere`, 3, undefined],
  [`test-message --sender-sip-address ${ken} --receiver-sip-address 'Nobody At All'`, 3, undefined],
])("%s is refused", async (words, exitCode, stderr) => {
  expect(await tried(await deployed(), words)).toEqual(
    refused(exitCode, stderr ?? expect.stringMatching(/^error: /)),
  );
});
