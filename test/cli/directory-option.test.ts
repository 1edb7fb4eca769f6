import { expect, test } from "vitest";
import { fixtures } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

const then = `--directory '${fixtures}/litwareinc.ldif'`;
const other = `--directory '${fixtures}/messy.ldif'`;

const fields = "--fields user,room,can,entry,via";

/** The deployment, whose directory was replaced by another later on. */
async function replaced() {
  const made = await deployed();
  const answer = await made.json(`get-access --room Network ${fields}`);
  await made.pchat(`import-directory '${fixtures}/messy.ldif' --force`);
  return { made, answer };
}

test("access at a time with another directory is refused until that directory is given", async () => {
  const { made, answer } = await replaced();
  expect(await tried(made, "get-access --room Network --at 11")).toEqual(
    refused(
      4,
      "error: the directory was another at serial 11 than it is now\n" +
        "hint: name the export of that time with --directory, or ask what needs no directory\n",
    ),
  );
  expect((await made.pchat(`get-access --room Network --at 11 ${then}`)).stderr).toBe("");
  expect((answer as unknown[]).length).toBeGreaterThan(0);
  expect(await made.json(`get-access --room Network --at 11 ${fields} ${then}`)).toEqual(answer);
});

test("what needs no directory is answered", async () => {
  const { made } = await replaced();
  expect(await made.pchat("get-room --at 11 -o name")).toEqual({
    exitCode: 0,
    stdout: "pchat.litwareinc.com\\Help Desk\npchat.litwareinc.com\\Network\n",
    stderr: "",
  });
});

test("an export that is not the one of that time is told", async () => {
  const { made } = await replaced();
  const { exitCode, stderr } = await made.pchat(`get-access --room Network --at 11 ${other}`);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: "warning: the export of --directory is not the directory that the store had then\n",
  });
});

test("the store keeps its own directory", async () => {
  const made = await deployed();
  expect(await tried(made, `get-user -o name ${other}`)).toMatchObject({ exitCode: 0, wrote: false });
  expect(await made.pchat(`get-user -o name ${other}`)).not.toEqual(await made.pchat("get-user -o name"));
});

test("a file that is not there is named", async () => {
  expect(await tried(await deployed(), "get-user --directory then.ldif")).toEqual(
    refused(
      3,
      "error: there is no file `then.ldif`\nhint: name it from the present folder, or with its whole path\n",
    ),
  );
});
