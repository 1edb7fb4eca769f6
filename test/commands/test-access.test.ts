import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

const ken = "sip:kenmyer@litwareinc.com";
const network = "pchat.litwareinc.com\\Network";
const itOu = "OU=IT,DC=litwareinc,DC=com";

const step = (name: string, outcome: string, because: string | null, facts: object = {}) => ({
  step: name,
  outcome,
  because,
  object: null,
  list: null,
  entry: null,
  via: [],
  ...facts,
});
const inIt = (list: string, entry: string | null) => ({ object: "pchat.litwareinc.com\\IT", list, entry });

/** Why Ken Myer, who is in scope, cannot join the room Network. */
const kenOutOfNetwork = [
  step("sip", "passed", "the account has an enabled SIP address"),
  step("policy", "passed", "policy RedmondUsers, granted to the user, enables Persistent Chat"),
  step("room-enabled", "passed", "the room is in use"),
  step(
    "allowed",
    "passed",
    `covered by ${itOu} in the allowed members of pchat.litwareinc.com\\IT`,
    inIt("allowedMembers", itOu),
  ),
  step(
    "not-denied",
    "passed",
    "no entry of the denied members of pchat.litwareinc.com\\IT covers the user",
    inIt("deniedMembers", null),
  ),
  step("membership", "failed", `the room is Closed: no entry of the members of ${network} covers the user`, {
    object: network,
    list: "members",
  }),
  step("auditorium", "not-reached", null),
];

const outcomes = async (made: Awaited<ReturnType<typeof deployed>>, line: string) => {
  const { exitCode, stdout } = await made.pchat(`${line} -o json`);
  const [{ decision, trace }] = JSON.parse(stdout) as [
    { decision: string; trace: { step: string; outcome: string }[] },
  ];
  return { exitCode, decision, trace: trace.map(({ step, outcome }) => `${step}: ${outcome}`) };
};

test("an allowed question passes every step and ends with 0", async () => {
  const made = await deployed();
  expect(await outcomes(made, "test-access 'Ken Myer' 'Help Desk' --action post")).toEqual({
    exitCode: 0,
    decision: "allow",
    trace: [
      "sip: passed",
      "policy: passed",
      "room-enabled: passed",
      "allowed: passed",
      "not-denied: passed",
      "membership: passed",
      "auditorium: passed",
    ],
  });
});

test("a denied question names the step, and the command that it prints changes the answer", async () => {
  const made = await deployed();
  const { exitCode, stderr } = await made.pchat("test-access 'Ken Myer' Network");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 10,
    stderr: [
      "denied: sip:kenmyer@litwareinc.com join pchat.litwareinc.com\\Network",
      "this would allow it, and nothing else:",
      "  pchat set-room 'pchat.litwareinc.com\\Network' --add-members sip:kenmyer@litwareinc.com",
      "",
    ].join("\n"),
  });
  const remedy = stderr.split("\n")[2]!.trim();
  expect((await made.pchat(remedy)).exitCode).toBe(0);
  expect((await made.pchat("test-access 'Ken Myer' Network")).exitCode).toBe(0);
});

test("who is not enabled for SIP is denied at the first step", async () => {
  const made = await deployed();
  expect(await outcomes(made, "test-access 'Hana Myer' Network")).toEqual({
    exitCode: 10,
    decision: "deny",
    trace: [
      "sip: failed",
      "policy: not-reached",
      "room-enabled: not-reached",
      "allowed: not-reached",
      "not-denied: not-reached",
      "membership: not-reached",
      "auditorium: not-reached",
    ],
  });
});

test("a creator may create rooms in a category", async () => {
  const made = await deployed();
  expect(await outcomes(made, "test-access 'Ken Myer' --category IT")).toEqual({
    exitCode: 0,
    decision: "allow",
    trace: ["sip: passed", "policy: passed", "allowed: passed", "not-denied: passed", "creator: passed"],
  });
});

test("rules that hold end with 0, and those that do not are listed", async () => {
  const made = await deployed();
  const rules = (text: string) => writeFileSync(join(made.folder, "rules.yaml"), text);
  rules(
    "- { user: Ken Myer, room: Help Desk, action: join, expect: allow }\n- { apart: [Ken Myer, María Lefèvre] }\n",
  );
  expect(await made.pchat("test-access --file rules.yaml")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "2 rules: all hold\n",
  });
  rules("- { user: Ken Myer, room: Network, action: join, expect: allow }\n");
  expect(await made.pchat("test-access --file rules.yaml -o csv")).toEqual({
    exitCode: 10,
    stdout:
      `rule,object,user,expected,found,because\n1,pchat.litwareinc.com\\Network,sip:kenmyer@litwareinc.com,allowed join,denied join,${[
        "SIP enabled passed: the account has an enabled SIP address",
        "policy passed: policy RedmondUsers, granted to the user, enables Persistent Chat",
        "room in use passed: the room is in use",
        `allowed passed: covered by ${itOu} in the allowed members of pchat.litwareinc.com\\IT`,
        "not denied passed: no entry of the denied members of pchat.litwareinc.com\\IT covers the user",
        "privacy and membership failed: the room is Closed: no entry of the members of pchat.litwareinc.com\\Network covers the user",
        "auditorium and presenter not reached",
      ].join("|")}\n`.replace(/(SIP enabled.*)\n$/, '"$1"\n'),
    stderr: "1 rule: 1 found wrong\n",
  });
});

test("for programs a question is one object: verdict, trace, and what changes the answer", async () => {
  const made = await deployed();
  const asked = await made.pchat("test-access 'Ken Myer' Network -o json --store ./pchat.json");
  expect({ ...asked, stdout: JSON.parse(asked.stdout) as unknown }).toEqual({
    exitCode: 10,
    stderr: "",
    stdout: [
      {
        user: ken,
        action: "join",
        object: network,
        decision: "deny",
        trace: kenOutOfNetwork,
        warnings: [],
        obstacle: null,
        remedies: [
          {
            commands: [`pchat set-room '${network}' --add-members ${ken} --store ./pchat.json`],
            also: [],
            complete: true,
          },
        ],
      },
    ],
  });
  const refused = await made.pchat(
    "test-access 'Hana Myer' Network -o json --fields decision,obstacle,remedies",
  );
  expect(JSON.parse(refused.stdout)).toEqual([
    {
      decision: "deny",
      obstacle: "no command helps: the account's SIP address is not enabled",
      remedies: [],
    },
  ]);
});

test("for programs every rule is one object, with what it found wrong", async () => {
  const made = await deployed();
  writeFileSync(
    join(made.folder, "rules.yaml"),
    [
      "- { user: Ken Myer, room: Network, action: join, expect: allow }",
      "- { user: Ken Myer, category: IT, action: create-room, expect: allow }",
      "- { apart: [Ken Myer, 'CN=Room Managers,OU=IT,DC=litwareinc,DC=com'] }",
    ].join("\n"),
  );
  const { exitCode, stdout, stderr } = await made.pchat("test-access --file rules.yaml -o json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 10, stderr: "" });
  expect(JSON.parse(stdout)).toEqual([
    {
      rule: 1,
      asked: { user: "Ken Myer", room: "Network", action: "join", expect: "allow" },
      holds: false,
      failures: [
        {
          kind: "access",
          user: ken,
          action: "join",
          object: network,
          decision: "deny",
          trace: kenOutOfNetwork,
          warnings: [],
          obstacle: null,
          remedies: [
            { commands: [`pchat set-room '${network}' --add-members ${ken}`], also: [], complete: true },
          ],
        },
      ],
      coversNobody: [],
    },
    {
      rule: 2,
      asked: { user: "Ken Myer", category: "IT", action: "create-room", expect: "allow" },
      holds: true,
      failures: [],
      coversNobody: [],
    },
    {
      rule: 3,
      asked: { apart: ["Ken Myer", "CN=Room Managers,OU=IT,DC=litwareinc,DC=com"] },
      holds: false,
      failures: [
        {
          kind: "apart",
          object: "pchat.litwareinc.com\\Help Desk",
          left: [{ user: ken, by: ["join", "manage"] }],
          right: [{ user: ken, by: ["join", "manage"] }],
        },
      ],
      coversNobody: [],
    },
  ]);
});

test("an allowed answer says what would take it away, and the command does", async () => {
  const made = await deployed();
  const { exitCode, stderr } = await made.pchat("test-access 'Ken Myer' 'Help Desk'");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: [
      `allowed: ${ken} join pchat.litwareinc.com\\Help Desk`,
      "this would take it away, and nothing else:",
      `  pchat set-room 'pchat.litwareinc.com\\Help Desk' --remove-members ${ken}`,
      "",
    ].join("\n"),
  });
  expect((await made.pchat(stderr.split("\n")[2]!.trim())).exitCode).toBe(0);
  expect((await made.pchat("test-access 'Ken Myer' 'Help Desk'")).exitCode).toBe(10);
  const found = await made.pchat("test-access 'Ken Myer' 'Help Desk' --action find");
  expect(found).toMatchObject({
    exitCode: 0,
    stderr: [
      `allowed: ${ken} find pchat.litwareinc.com\\Help Desk`,
      "this would take it away (it also closes 1 other room to this user):",
      `  pchat set-category 'pchat.litwareinc.com\\IT' --add-denied-members ${ken}`,
      "",
    ].join("\n"),
  });
});

test("a file without a rule is refused, since it would always hold", async () => {
  const made = await deployed();
  writeFileSync(join(made.folder, "none.yaml"), "[]\n");
  expect(await made.pchat("test-access --file none.yaml")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: none.yaml: there is no rule, so nothing would be tested\n" +
      "hint: write `- { user: 'Ken Myer', room: 'Help Desk', action: join, expect: allow }` or `- { apart: [A, B] }`\n",
  });
});

test("rules that hold because they say nothing draw a warning", async () => {
  const made = await deployed();
  writeFileSync(
    join(made.folder, "idle.yaml"),
    "- { apart: [Ken Myer, 'OU=Distribution Groups,DC=litwareinc,DC=com'] }\n",
  );
  expect(await made.pchat("test-access --file idle.yaml")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr:
      "warning: rule 1 says nothing: `OU=Distribution Groups,DC=litwareinc,DC=com` covers nobody\n1 rule: all hold\n",
  });
});

test.each(["table", "list", "json", "ndjson", "yaml", "csv", "name", "none"])(
  "the exit code is the verdict in every format: %s",
  async (format) => {
    const made = await deployed();
    const ends = async (line: string) => (await made.pchat(`${line} -o ${format}`)).exitCode;
    expect(await ends("test-access 'Ken Myer' 'Help Desk'")).toBe(0);
    expect(await ends("test-access 'Ken Myer' Network")).toBe(10);
  },
);

test("rules that cannot be read name file, line and column", async () => {
  const made = await deployed();
  writeFileSync(join(made.folder, "rules.yaml"), "- { user: Ken Myer\n- }\n");
  const { exitCode, stderr } = await made.pchat("test-access --file rules.yaml");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: rules\.yaml:\d+:\d+: /);
});

test.each([
  "test-access",
  "test-access 'Ken Myer'",
  "test-access 'Ken Myer' Network --action create-room",
  "test-access --file a.yaml 'Ken Myer'",
])("%s is refused as no question", async (line) => {
  const made = await deployed();
  expect((await made.pchat(line)).exitCode).toBe(2);
});

test.each([
  "'María Sato' 'Help Desk'",
  "'Ana Myer' Network",
  "'Ken Myer' Network --action post",
  "'Ken Myer' 'Help Desk' --action manage",
  "'Chidi Kowalski' --category IT",
  "'Ken Myer' --category IT",
  "'Ken Myer' Stage --action post",
  "'Ana Myer' Stage",
  "'Ana Myer' Stage --action find",
])("every command printed for %s can be run as printed, and changes the answer", async (question) => {
  const prepared = async () => {
    const made = await deployed();
    for (const line of [
      "grant-policy 'Ana Myer' --policy RedmondUsers",
      "new-room Stage --category IT --type Auditorium --privacy Secret --members 'Ken Myer' --presenters 'Ken Myer'",
    ]) {
      expect((await made.pchat(`${line} -o none -q`)).exitCode).toBe(0);
    }
    return made;
  };
  const { exitCode, stderr } = await (await prepared()).pchat(`test-access ${question} -q`);
  expect(stderr).toBe("");
  const ways = await remediesOf(await prepared(), question);
  expect(ways.length).toBeGreaterThan(0);
  for (const commands of ways) {
    const made = await prepared();
    for (const command of commands) {
      const run = await made.pchat(command, { env: { CI: "1" } });
      expect({ command, ...run }).toMatchObject({ command, exitCode: 0 });
    }
    expect((await made.pchat(`test-access ${question}`)).exitCode).toBe(exitCode === 0 ? 10 : 0);
  }
});

async function remediesOf(made: Awaited<ReturnType<typeof deployed>>, question: string) {
  const { stdout } = await made.pchat(`test-access ${question} -o json`);
  const [{ remedies }] = JSON.parse(stdout) as [{ remedies: { commands: string[] }[] }];
  return remedies.map(({ commands }) => commands);
}
