import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { type Bench, benchIn, fixtures, temporaryFolder } from "./cli.ts";

/**
 * Command lines that make the deployment on which examples and tests run: one pool, the directory of Litware, two
 * categories that differ in whom they allow, an empty one, rooms, policies and an add-in.
 */
export const deployment = [
  "new-store",
  `import-directory '${fixtures}/litwareinc.ldif'`,
  "new-pool pchat.litwareinc.com --site Redmond",
  "new-policy RedmondUsers --enable-persistent-chat true",
  "grant-policy 'Ken Myer' --policy RedmondUsers",
  "new-category IT --allowed-members 'OU=IT,DC=litwareinc,DC=com' --denied-members 'CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com' --creators 'CN=Room Managers,OU=IT,DC=litwareinc,DC=com'",
  "new-category Trading --allowed-members 'OU=Research\\+Trading,DC=litwareinc,DC=com' --allowed-members 'OU=Finance,DC=litwareinc,DC=com' --creators 'CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com' --allowed-members 'CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com'",
  "new-category Empty",
  "new-addin Runbook --url https://runbook.litwareinc.com/",
  "new-room 'Help Desk' --category IT --managers 'Ken Myer' --members 'Ken Myer' --members 'Ana Myer' --addin Runbook",
  "new-room 'Network' --category IT --members 'Ana Myer' --managers 'Ana Myer' --description 'Lines and switches'",
] as const;

/** A bench with that deployment in its store: a copy of the one that is made before the first test. */
export async function deployed(): Promise<Bench> {
  const folder = temporaryFolder();
  cpSync(inject("deployment"), folder, { recursive: true });
  return benchIn(folder, deployment.length);
}

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder with the deployment, which nothing may change. */
    readonly deployment: string;
  }
}

/** Makes the deployment once for all tests. Returns what takes it away again. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "pchat-deployment-"));
  const original = benchIn(folder);
  for (const line of deployment) {
    const { exitCode, stderr } = await original.pchat(line);
    if (exitCode !== 0) throw new Error(`${line}: exit ${exitCode}\n${stderr}`);
  }
  provide("deployment", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
