import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const empty = "pchat.litwareinc.com\\Empty";
const trading = "pchat.litwareinc.com\\Trading";
const floor = "CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com";

test("removes a category that holds no room", async () => {
  const made = await deployed();
  expect(await made.json("remove-category empty --yes")).toEqual({
    changed: true,
    dryRun: false,
    serial: 12,
    changes: [
      {
        action: "removed",
        kind: "category",
        identity: empty,
        before: {
          identity: empty,
          name: "Empty",
          description: null,
          invitations: false,
          fileUpload: false,
          chatHistory: true,
          allowedMembers: [],
          deniedMembers: [],
          creators: [],
          numberOfChatRooms: 0,
        },
        after: null,
      },
    ],
    effects: [],
    warnings: [],
  });
  expect(await made.pchat("get-category -o name")).toMatchObject({
    stdout: `pchat.litwareinc.com\\IT\n${trading}\n`,
  });
});

test("removes many in one serial, each once, also from stdin", async () => {
  expect(
    await tried(await deployed(), "remove-category - Empty Trading --yes", { stdin: "Empty\nEmpty\n" }),
  ).toEqual(done("", "removed 2 categories (serial 12)\n"));
});

test("has nothing to do where stdin is empty", async () => {
  expect(await tried(await deployed(), "remove-category -", { stdin: "" })).toEqual(unchanged("", ""));
});

test("removes nothing with --what-if", async () => {
  expect(await tried(await deployed(), "remove-category Empty --what-if")).toEqual(
    unchanged("", `would remove category \`${empty}\` (nothing was written)\n`),
  );
});

test("refuses one with rooms, even with --force, and removes none of the others", async () => {
  const made = await deployed();
  const hinted = "pchat get-room --category 'pchat.litwareinc.com\\IT'";
  expect(await tried(made, "remove-category Empty IT --yes --force")).toEqual(
    refused(
      4,
      "error: category `pchat.litwareinc.com\\IT` has 2 rooms\n" +
        `hint: move them with set-room --category, or remove them; see them with: ${hinted}\n`,
    ),
  );
  expect(await made.pchat(`${hinted} -o name | remove-room - --yes`)).toMatchObject({ exitCode: 0 });
  expect((await tried(made, "remove-category Empty IT --yes")).exitCode).toBe(0);
});

test("counts one room as one", async () => {
  const made = await deployed();
  await made.pchat("remove-room Network --yes");
  expect((await tried(made, "remove-category IT --yes")).stderr.split("\n")[0]).toBe(
    "error: category `pchat.litwareinc.com\\IT` has 1 room",
  );
});

test("asks once for several, naming who loses, and wants their number typed", async () => {
  const made = await deployed();
  const question = `remove 2 categories: \`${empty}\`, \`${trading}\`, and with them the entries of \`${floor}\`?`;
  const line = "remove-category Empty Trading";
  const env = { NO_COLOR: "1" };
  expect(await tried(made, line)).toEqual(
    refused(
      6,
      `error: \`remove-category\` needs a yes: ${question}\n` +
        "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
    ),
  );
  expect(await tried(made, line, { answers: ["remove 3"], env })).toEqual(
    refused(6, `? ${question} Type remove 2 to go on:\nerror: declined; nothing was written\n`),
  );
  expect(await tried(made, line, { answers: ["remove 2"], env })).toEqual(
    done("", `? ${question} Type remove 2 to go on:\nremoved 2 categories (serial 12)\n`),
  );
});

test("a yes will do where nobody loses anything", async () => {
  const env = { NO_COLOR: "1" };
  expect(await tried(await deployed(), "remove-category Empty", { answers: [true], env })).toEqual(
    done("", `? remove category \`${empty}\`?\nremoved category \`${empty}\` (serial 12)\n`),
  );
});

test("refuses one that is not there, unless --if-exists", async () => {
  const made = await deployed();
  expect(await tried(made, "remove-category Emty --yes")).toEqual(
    refused(
      3,
      "error: there is no category `Emty`\nhint: did you mean `Empty`?\nhint: see them all: pchat get-category\n",
    ),
  );
  expect(await tried(made, "remove-category Emty --if-exists")).toEqual(
    unchanged("", "unchanged: category `Emty` (still at serial 11)\n"),
  );
  expect(await tried(made, "remove-category Emty Empty --if-exists --yes")).toEqual(
    done("", `unchanged: category \`Emty\`, removed category \`${empty}\` (serial 12)\n`),
  );
});

test("--if-exists does not hide rooms", async () => {
  expect((await tried(await deployed(), "remove-category IT --if-exists --yes")).exitCode).toBe(4);
});
