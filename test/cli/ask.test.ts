import { describe, expect, test } from "vitest";
import { type Answer, bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { asked, plain } from "../support/equivalent.ts";
import { refused, tried } from "../support/tried.ts";

const cases: readonly (readonly [string, string, readonly Answer[], string])[] = [
  [
    "new-room",
    "new-room Bridge --category 'pchat.litwareinc.com\\IT'",
    ["Bridge", "it"],
    "? name of the room, alone or as pool\\name\n? category (category that holds the room)\n",
  ],
  [
    "new-room Bridge --privacy Secret",
    "new-room Bridge --privacy Secret --category 'pchat.litwareinc.com\\IT'",
    ["it"],
    "? category (category that holds the room)\n",
  ],
  [
    "new-room --category IT",
    "new-room --category IT -- -Bridge-",
    ["-Bridge-"],
    "? name of the room, alone or as pool\\name\n",
  ],
  ["new-category", "new-category Legal", ["Legal"], "? name of the category, alone or as pool\\name\n"],
  [
    "new-policy",
    "new-policy site:Redmond",
    ["", "site:Redmond"],
    "? site:<name>, or a name of its own\n> <identity> may not be empty\n? site:<name>, or a name of its own\n",
  ],
  [
    "new-pool",
    "new-pool p2.litwareinc.com",
    ["p2.litwareinc.com"],
    "? fully qualified domain name of the pool\n",
  ],
  [
    "new-addin X",
    "new-addin X --url https://x.example/",
    ["x", "https://x.example/"],
    "? url (web page that the add-in shows (http or https))\n> `--url` of `new-addin` takes an http or https address, not `x`\n? url (web page that the add-in shows (http or https))\n",
  ],
  [
    "grant-policy",
    "grant-policy sip:anamyer@litwareinc.com sip:lucamyer@litwareinc.com --policy RedmondUsers",
    ["done", "add", "ana myer", "add", "luca myer", "done", "redmond"],
    "? users: none\nnobody was chosen: add somebody, or leave with Ctrl-C\n? users: none\n? whom? (type to find)\n? users (1): Ana Myer\n? whom? (type to find)\n? users (2): Ana Myer, Luca Myer\n? policy (policy to give)\n",
  ],
  [
    "grant-policy 'Ana Myer'",
    "grant-policy 'Ana Myer' --policy RedmondUsers",
    ["redmond"],
    "? policy (policy to give)\n",
  ],
  [
    "set-room --disabled true",
    "set-room 'pchat.litwareinc.com\\Network' --disabled true",
    ["lines"],
    "? rooms to change\n",
  ],
];

describe("at a terminal, what is missing is asked for, and nothing else", () => {
  test.each(cases)("%s", async (line, wanted, answers, questions) => {
    const made = await deployed();
    const { told, journalled, stderr, store, storeOfTold } = await asked(made, line, answers);
    expect({ told, journalled, questions: stderr.slice(0, questions.length) }).toEqual({
      told: `pchat ${wanted}`,
      journalled: wanted,
      questions,
    });
    expect(storeOfTold).toEqual(store);
  });

  test.each(cases)("%s, left with Ctrl-C", async (line, _, answers) => {
    for (let given = 0; given < answers.length; given++) {
      const made = await deployed();
      const run = await tried(made, line, { answers: [...answers.slice(0, given), "ctrl-c"], env: plain });
      expect({ ...run, stderr: run.stderr.split("\n").at(-2) }).toEqual(
        refused(130, "interrupted; nothing was written"),
      );
    }
  });
});

test("which pool, where there are several", async () => {
  const made = await deployed();
  await made.pchat("new-pool p2.litwareinc.com -q");
  const { told, store, storeOfTold } = await asked(made, "new-category Legal -o none", ["p2"]);
  expect(told).toBe("pchat new-category Legal -o none --pool p2.litwareinc.com");
  expect(storeOfTold).toEqual(store);
});

test("where there is nothing to choose from, the refusal stands", async () => {
  const made = await deployed();
  await made.pchat("remove-policy RedmondUsers --force --yes -q");
  expect(await tried(made, "grant-policy 'Ana Myer'", { answers: [], env: plain })).toEqual(
    refused(
      2,
      "error: `grant-policy` needs either `--policy` or `--none`\nhint: name the policy to give, or take the present one away with --none; see policies with: pchat get-policy\n",
    ),
  );
});

test("without a directory, people are named by address, and checked", async () => {
  const made = bench();
  await made.pchat("new-store -q");
  await made.pchat("new-pool p.example.com -q");
  await made.pchat("new-category C --allowed-members sip:a@example.com --allowed-members b.example.com -q");
  await made.pchat("new-room R --category C -q");
  const answers = ["members", "add", "Luca", "a@example.com", "add", "DC=x,DC=com", "done", "see", "leave"];
  const { stderr } = await made.pchat("set-room R -o none", { answers, env: plain });
  expect(stderr).toBe(`? p.example.com\\R
? members: none
? whom? (SIP address, distinguished name or AD domain)
> \`Luca\` cannot be looked up: no directory was imported
? whom? (SIP address, distinguished name or AD domain)
? members (1): sip:a@example.com
? whom? (SIP address, distinguished name or AD domain)
error: not in scope of category \`p.example.com\\C\`: \`x.com\` (no allowed member covers it)
hint: allow them with: pchat set-category 'p.example.com\\C' --add-allowed-members x.com
? members (1): sip:a@example.com
? p.example.com\\R
would update room \`p.example.com\\R\`
  p.example.com\\R members: + "sip:a@example.com"
? what now?
error: left without saving; nothing was written
`);
});
