import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";

const outcomes = async (made: Awaited<ReturnType<typeof deployed>>, line: string) => {
  const { exitCode, stdout } = await made.pchat(`${line} -o json`);
  const trace = JSON.parse(stdout) as { step: string; outcome: string }[];
  return { exitCode, trace: trace.map(({ step, outcome }) => `${step}: ${outcome}`) };
};

test("an allowed question passes every step and ends with 0", async () => {
  const made = await deployed();
  expect(await outcomes(made, "test-access 'Ken Myer' 'Help Desk' --action post")).toEqual({
    exitCode: 0,
    trace: [
      "SIP enabled: passed",
      "policy: passed",
      "room in use: passed",
      "allowed: passed",
      "not denied: passed",
      "privacy and membership: passed",
      "auditorium and presenter: passed",
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
    trace: expect.arrayContaining(["SIP enabled: failed", "policy: not reached"]),
  });
});

test("a creator may create rooms in a category", async () => {
  const made = await deployed();
  expect(await outcomes(made, "test-access 'Ken Myer' --category IT")).toEqual({
    exitCode: 0,
    trace: [
      "SIP enabled: passed",
      "policy: passed",
      "allowed: passed",
      "not denied: passed",
      "creator: passed",
    ],
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
  const { exitCode, stdout, stderr } = await made.pchat("test-access --file rules.yaml -o json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 10, stderr: "" });
  expect(JSON.parse(stdout)).toEqual([
    {
      rule: 1,
      object: "pchat.litwareinc.com\\Network",
      user: "sip:kenmyer@litwareinc.com",
      expected: "allowed join",
      found: "denied join",
      because: expect.arrayContaining([
        "privacy and membership failed: the room is Closed: no entry of the members of pchat.litwareinc.com\\Network covers the user",
      ]),
    },
  ]);
});

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
