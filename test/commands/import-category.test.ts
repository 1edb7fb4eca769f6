import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried, unchanged } from "../support/tried.ts";

const pool = "pchat.litwareinc.com";
const env = { NO_COLOR: "1" };

test("creates and changes categories", async () => {
  const made = await deployed();
  const stdin = [
    "name,allowedMembers,deniedMembers,chatHistory,creators",
    'Sales,"OU=Finance,DC=litwareinc,DC=com|CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com",,false,',
    "IT,,$null,,",
  ].join("\n");
  expect((await tried(made, "import-category - -o csv -q", { env, stdin })).stdout).toBe(
    `row,action,kind,identity\n2,created,category,${pool}\\Sales\n3,updated,category,${pool}\\IT\n`,
  );
  const categories: readonly unknown[] = await made.json("get-category Sales IT");
  expect(categories).toEqual([
    expect.objectContaining({
      chatHistory: false,
      allowedMembers: [
        "OU=Finance,DC=litwareinc,DC=com",
        "CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com",
      ],
    }),
    expect.objectContaining({ deniedMembers: [], allowedMembers: ["OU=IT,DC=litwareinc,DC=com"] }),
  ]);
});

test("what output says changes nothing", async () => {
  const made = await deployed();
  const { stdout } = await made.pchat("get-category -o csv");
  expect(await tried(made, "import-category - -o none", { env, stdin: stdout })).toEqual(
    unchanged("", "unchanged: 3 categories (still at serial 11)\n"),
  );
});

test("narrowing that would take people out is refused with its row; --remove-ineligible does it", async () => {
  const made = await deployed();
  const stdin = 'name,allowedMembers\nIT,"OU=HelpDesk,OU=IT,DC=litwareinc,DC=com"\n';
  const { stderr, ...rest } = await tried(made, "import-category - --yes", { env, stdin });
  expect(rest).toEqual({ exitCode: 4, stdout: "", wrote: false });
  expect(stderr.split("\n")[0]).toMatch(/^error: stdin row 2: without that allowed member, category /);
  const run = await tried(made, "import-category - --yes --remove-ineligible -o none -q", { env, stdin });
  expect([run.exitCode, run.wrote]).toEqual([0, true]);
});

test("an unknown column is refused with what it may be", async () => {
  const stdin = "name,members\nIT,Ken Myer\n";
  expect(await tried(await deployed(), "import-category -", { env, stdin })).toEqual(
    refused(
      2,
      "error: stdin: there is no column `members`\nhint: did you mean `allowedMembers` or `deniedMembers`?\nhint: columns are identity, name, description, invitations, fileUpload, chatHistory, allowedMembers, deniedMembers, creators\n",
    ),
  );
});

test("under --as the rows are an administrator's, each named", async () => {
  const made = await deployed();
  const stdin = "name,description\nIT,x\nSales,y\n";
  const { exitCode, stderr } = await tried(made, "import-category - --as 'Ken Myer'", { env, stdin });
  const refusal = "`sip:kenmyer@litwareinc.com` may not do that:";
  expect({ exitCode, errors: stderr.match(/^error: .*/gm) }).toEqual({
    exitCode: 4,
    errors: [
      `error: stdin row 2: ${refusal} changing category \`${pool}\\IT\` is an administrator's`,
      `error: stdin row 3: ${refusal} creating category \`${pool}\\Sales\` is an administrator's`,
    ],
  });
});
