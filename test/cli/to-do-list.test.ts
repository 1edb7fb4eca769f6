import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bench, fixtures } from "../support/cli.ts";

interface Finding {
  readonly commands: readonly string[];
}

test("following the commands of test-deployment, one by one, from a fresh store, leaves nothing to do", async () => {
  const { folder, pchat } = bench();
  // The one file that the list asks for by name.
  copyFileSync(join(fixtures, "litwareinc.ldif"), join(folder, "export.ldif"));
  await pchat("new-store");
  const findings = async (): Promise<Finding[]> =>
    JSON.parse((await pchat("test-deployment -o json")).stdout) as Finding[];
  const followed: string[] = [];
  for (let next = todo(await findings()); next !== undefined; next = todo(await findings())) {
    for (const command of next) {
      const { exitCode, stderr } = await pchat(command);
      expect({ command, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({
        command,
        exitCode: 0,
        stderr: "",
      });
      followed.push(command);
    }
    expect(followed.length).toBeLessThan(100);
  }
  expect(await findings()).toEqual([]);
  expect((await pchat("test-deployment")).exitCode).toBe(0);
  expect(followed).toMatchInlineSnapshot(`
    [
      "pchat new-pool pchat.contoso.com",
      "pchat import-directory export.ldif",
      "pchat new-site Dublin",
      "pchat new-site Redmond",
      "pchat set-policy Global --enable-persistent-chat true",
      "pchat new-category 'pchat.contoso.com\\General' --allowed-members litwareinc.com --creators litwareinc.com",
      "pchat new-room 'pchat.contoso.com\\Lobby' --category 'pchat.contoso.com\\General'",
      "pchat set-category 'pchat.contoso.com\\General' --invitations true",
      "pchat set-room 'pchat.contoso.com\\Lobby' --description Lobby",
      "pchat set-room 'pchat.contoso.com\\Lobby' --add-members litwareinc.com",
      "pchat set-room 'pchat.contoso.com\\Lobby' --add-managers sip:aikohasselberg@litwareinc.com",
    ]
  `);
}, 30_000);

/** The commands of the first finding that has any. */
const todo = (findings: readonly Finding[]): readonly string[] | undefined =>
  findings.find(({ commands }) => commands.length > 0)?.commands;
