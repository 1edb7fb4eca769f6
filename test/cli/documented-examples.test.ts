/**
 * Every command line of the module's documentation, run as it stands on a prepared store. Each must do what its page
 * says; the few whose page is wrong must fail as they should, and do it once they are mended.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Bench, benchIn, fixtures, type Run, temporaryFolder } from "../support/cli.ts";
import { shellStages } from "../support/powershell.ts";

interface Documented {
  readonly cmdlet: string;
  readonly examples: readonly { readonly number: number | null; readonly lines: readonly string[] }[];
}

const documented = JSON.parse(readFileSync(join(fixtures, "cmdlets.json"), "utf8")) as readonly Documented[];
/** A documented line: `cmdlet#example`, with the line's place where an example has several. */
const lines = documented.flatMap(({ cmdlet, examples }) =>
  examples.flatMap(({ number, lines: of }) =>
    of.map((line, at) => ({
      key: `${cmdlet}#${number ?? "text"}${of.length > 1 ? `.${at + 1}` : ""}`,
      line,
    })),
  ),
);

interface Expected {
  /** Lines of pchat that prepare the store further. */
  readonly before?: readonly string[];
  /** A line of pchat after those, run in the year 2012. */
  readonly longAgo?: string;
  /** What the line itself prints. */
  readonly prints?: readonly string[];
  /** What a line of pchat prints afterwards. */
  readonly after?: readonly [line: string, prints: readonly string[]];
  /** Afterwards two lines of pchat print the same, and something. */
  readonly same?: readonly [line: string, other: string];
  /** What is wrong with the page's line, how it fails, and the line mended. */
  readonly fault?: {
    readonly why: string;
    readonly exitCode: number;
    readonly stderr: string;
    readonly mended: string;
  };
}

const cs = "atl-cs-001.litwareinc.com";
const gc = "atl-gc-001.litwareinc.com";
const chat = "atl-persistentchat-001.litwareinc.com";
const pc = "atl-pcpool-001.litwareinc.com";

/** What every example finds: four pools, a policy that enables, two categories with rooms, settings of a pool. */
const base = [
  "new-store",
  "import-directory directory.ldif",
  ...[cs, gc, chat, pc].map((pool) => `new-pool ${pool} --site Redmond`),
  "new-policy RedmondUsersPersistentChatPolicy --enable-persistent-chat true",
  `new-category IT --pool ${cs} --invitations true --allowed-members litwareinc.com --creators 'Ken Myer'`,
  `new-category General --pool ${gc} --allowed-members litwareinc.com --file-upload true`,
  `new-room Bridge --category ${cs}/IT --privacy Closed --members 'Ken Myer' --managers 'Ken Myer'`,
  `new-room Lobby --category ${gc}/General --privacy Open`,
  `new-configuration service:${cs} --default-chat-history 200 --room-management-url https://rooms.litwareinc.com`,
  `new-compliance-configuration service:${cs} --custom-configuration '<xsl/>' --add-user-details true --add-chat-room-details true --one-chat-room-per-output-file true`,
] as const;

const policy = "new-policy RedmondPersistentChatPolicy --enable-persistent-chat true";
const sitePolicy = "new-policy site:Redmond --enable-persistent-chat true";
const helpDesk = `new-category HelpDesk --pool ${cs} --file-upload true`;
const itRoom = `new-room ITChatRoom --category ${cs}/IT --members 'Ken Myer'`;
const addin = `new-addin ITPersistentChatAddin --pool ${cs} --url https://atl-cs-001.litwareinc.com/itchat`;
const siteSettings = "new-configuration site:Redmond --default-chat-history 120";
const siteArchive = "new-compliance-configuration site:Redmond";
const endpoint = `new-endpoint sip:pce@litwareinc.com --pool ${pc}`;
const otherEndpoint = `new-endpoint sip:other@litwareinc.com --pool ${gc}`;
const archiveRoom = `new-room ITChatRoom --category ${chat}/Chat --members 'Ken Myer' --members 'Ana Myer'`;
const chatCategory = `new-category Chat --pool ${chat} --allowed-members litwareinc.com`;
const auditorium = `new-room HelpDeskChatRoom --category ${chat}/Chat --type Auditorium --members 'Ken Myer' --members 'CN=Room Managers,OU=IT,DC=litwareinc,DC=com'`;
const enableAll = "set-policy Global --enable-persistent-chat true";
const service = (pool: string): string => `service:PersistentChatServer:${pool}`;
const state = (pool: string): string => `PersistentChatServer:${pool}`;

const expectations: Readonly<Record<string, Expected>> = {
  "Get-CsPersistentChatPolicy#1": { prints: ["Global", "RedmondUsersPersistentChatPolicy"] },
  "Get-CsPersistentChatPolicy#2": { before: [policy], prints: ["RedmondPersistentChatPolicy"] },
  "Get-CsPersistentChatPolicy#3": { before: [sitePolicy], prints: ["site:Redmond"] },
  "Get-CsPersistentChatPolicy#4": {
    before: [sitePolicy],
    prints: ["RedmondUsersPersistentChatPolicy", "site:Redmond"],
  },
  "New-CsPersistentChatPolicy#1": {
    after: [
      "get-policy RedmondPersistentChatPolicy --where 'EnablePersistentChat -eq $true' -o name",
      ["RedmondPersistentChatPolicy"],
    ],
  },
  "New-CsPersistentChatPolicy#2": {
    after: ["get-policy site:Redmond --where 'EnablePersistentChat -eq $true' -o name", ["site:Redmond"]],
  },
  "Set-CsPersistentChatPolicy#1": {
    after: ["get-policy --where 'EnablePersistentChat -eq $false' -o name", []],
  },
  "Grant-CsPersistentChatPolicy#1": {
    after: ["get-user --policy RedmondUsersPersistentChatPolicy -o name", ["sip:kenmyer@litwareinc.com"]],
  },
  "Grant-CsPersistentChatPolicy#2": {
    same: [
      "get-user --policy RedmondUsersPersistentChatPolicy -o name",
      "get-user --ldap-filter '(department=IT)' -o name",
    ],
  },
  "Grant-CsPersistentChatPolicy#3": {
    same: ["get-user --policy RedmondUsersPersistentChatPolicy -o name", "get-user -o name"],
  },
  "Grant-CsPersistentChatPolicy#4": {
    before: ["grant-policy 'Ken Myer' 'Ana Myer' --policy RedmondUsersPersistentChatPolicy"],
    after: ["get-user --policy RedmondUsersPersistentChatPolicy -o name", []],
  },
  "Remove-CsPersistentChatPolicy#1": {
    before: [policy],
    after: ["get-policy -o name", ["Global", "RedmondUsersPersistentChatPolicy"]],
  },
  "Remove-CsPersistentChatPolicy#2": {
    before: [policy, sitePolicy],
    after: [
      "get-policy -o name",
      ["Global", "RedmondUsersPersistentChatPolicy", "RedmondPersistentChatPolicy"],
    ],
  },
  "Remove-CsPersistentChatPolicy#3": {
    before: [policy, sitePolicy],
    after: ["get-policy -o name", ["Global"]],
  },

  "Get-CsPersistentChatCategory#1": { prints: [`${cs}\\IT`, `${gc}\\General`] },
  "Get-CsPersistentChatCategory#2": { prints: [`${cs}\\IT`] },
  "Get-CsPersistentChatCategory#3": { prints: [`${gc}\\General`] },
  "Get-CsPersistentChatCategory#4": {
    fault: {
      why: "without -AsObject creators are SIP addresses, which no display name is",
      exitCode: 0,
      stderr: "",
      mended: 'Get-CsPersistentChatCategory -AsObject | Where-Object {$_.Creators -contains "Ken Myer"}',
    },
    prints: [`${cs}\\IT`],
  },
  "New-CsPersistentChatCategory#1": {
    after: [
      `get-category ${cs}/HelpDesk --fields identity,fileUpload -o csv`,
      ["identity,fileUpload", `${cs}\\HelpDesk,true`],
    ],
  },
  "Set-CsPersistentChatCategory#1": {
    before: [helpDesk],
    after: ["get-category --where 'FileUpload -eq $true' -o name", [`${gc}\\General`]],
  },
  "Set-CsPersistentChatCategory#2": {
    before: [helpDesk],
    after: ["get-category --where 'FileUpload -eq $true' -o name", []],
  },
  "Remove-CsPersistentChatCategory#1": {
    before: [helpDesk],
    after: ["get-category -o name", [`${cs}\\IT`, `${gc}\\General`]],
  },
  // "Removes all categories", which must be empty of rooms.
  "Remove-CsPersistentChatCategory#2": {
    before: ["get-room -o name | pchat remove-room - --yes"],
    after: ["get-category -o name", []],
  },

  "Get-CsPersistentChatRoom#1": { prints: [`${cs}\\Bridge`, `${gc}\\Lobby`] },
  "Get-CsPersistentChatRoom#2": { before: [itRoom], prints: [`${cs}\\ITChatRoom`] },
  "Get-CsPersistentChatRoom#3": { before: [itRoom], prints: [`${cs}\\Bridge`, `${cs}\\ITChatRoom`] },
  "New-CsPersistentChatRoom#1": {
    after: [
      `get-room ${cs}/ITChatRoom --fields identity,category -o csv`,
      ["identity,category", `${cs}\\ITChatRoom,IT`],
    ],
  },
  "Set-CsPersistentChatRoom#1": {
    before: [itRoom],
    after: ["get-room --disabled true -o name", [`${cs}\\ITChatRoom`]],
  },
  "Set-CsPersistentChatRoom#2": {
    before: [itRoom],
    after: ["get-room --disabled true -o name", [`${cs}\\Bridge`, `${cs}\\ITChatRoom`]],
  },
  "Set-CsPersistentChatRoom#3": { after: ["get-room --disabled false -o name", []] },
  "Clear-CsPersistentChatRoom#1": {
    before: [itRoom, enableAll, `send-message ${cs}/ITChatRoom new --as 'Ken Myer'`],
    longAgo: `send-message ${cs}/ITChatRoom old --as 'Ken Myer'`,
    after: [`get-message ${cs}/ITChatRoom --fields text -o csv`, ["text", "new"]],
  },
  "Clear-CsPersistentChatRoom#2": {
    before: [enableAll, `send-message ${cs}/Bridge new --as 'Ken Myer'`],
    longAgo: `send-message ${gc}/Lobby old --as 'Ken Myer'`,
    after: ["get-message --fields text -o csv", ["text", "new"]],
  },
  "Remove-CsPersistentChatRoom#1": {
    before: [`new-room RedmondChatRoom --category ${gc}/General`],
    after: ["get-room -o name", [`${cs}\\Bridge`, `${gc}\\Lobby`]],
  },
  "Remove-CsPersistentChatRoom#2": { after: ["get-room -o name", []] },
  "Remove-CsPersistentChatRoom#3": { after: ["get-room -o name", [`${gc}\\Lobby`]] },

  "Get-CsPersistentChatAddin#1": { before: [addin], prints: [`${cs}\\ITPersistentChatAddin`] },
  "Get-CsPersistentChatAddin#2": { before: [addin], prints: [`${cs}\\ITPersistentChatAddin`] },
  "Get-CsPersistentChatAddin#3": {
    before: [addin, `new-addin Other --pool ${gc} --url https://x`],
    prints: [`${cs}\\ITPersistentChatAddin`],
  },
  "New-CsPersistentChatAddin#1": {
    after: [
      "get-addin --fields identity,url -o csv",
      ["identity,url", `${cs}\\ITPersistentChatAddin,https://atl-cs-001.litwareinc.com/itchat`],
    ],
  },
  "Set-CsPersistentChatAddin#1": {
    before: [addin],
    after: ["get-addin --fields url -o csv", ["url", "https://atl-cs-001.litwareinc.com/itchat2"]],
  },
  "Remove-CsPersistentChatAddin#1": {
    before: [addin, `new-addin ITChatAddin --pool ${cs} --url https://x`],
    after: ["get-addin -o name", [`${cs}\\ITPersistentChatAddin`]],
  },
  "Remove-CsPersistentChatAddin#2": { before: [addin], after: ["get-addin -o name", []] },

  "Get-CsPersistentChatConfiguration#1": { prints: ["Global", service(cs)] },
  "Get-CsPersistentChatConfiguration#2": { before: [siteSettings], prints: ["site:Redmond"] },
  "Get-CsPersistentChatConfiguration#3": { before: [siteSettings], prints: [service(cs)] },
  "Get-CsPersistentChatConfiguration#4": { prints: [service(cs)] },
  "Get-CsPersistentChatConfiguration#5": { prints: ["Global"] },
  "New-CsPersistentChatConfiguration#1": {
    after: [
      "get-configuration site:Redmond --fields participantUpdateLimit -o csv",
      ["participantUpdateLimit", "100"],
    ],
  },
  "Set-CsPersistentChatConfiguration#1": {
    after: ["get-configuration Global --fields defaultChatHistory -o csv", ["defaultChatHistory", "100"]],
  },
  "Set-CsPersistentChatConfiguration#2": {
    after: ["get-configuration --fields defaultChatHistory -o csv", ["defaultChatHistory", "100", "100"]],
  },
  "Set-CsPersistentChatConfiguration#3": {
    before: [siteSettings],
    after: [
      "get-configuration --fields identity,defaultChatHistory -o csv",
      ["identity,defaultChatHistory", "Global,30", `${service(cs)},200`, "site:Redmond,100"],
    ],
  },
  "Set-CsPersistentChatConfiguration#4": {
    after: [
      "get-configuration --fields identity,defaultChatHistory -o csv",
      ["identity,defaultChatHistory", "Global,30", `${service(cs)},100`],
    ],
  },
  "Remove-CsPersistentChatConfiguration#1": {
    before: [siteSettings],
    after: ["get-configuration -o name", ["Global", service(cs)]],
  },
  "Remove-CsPersistentChatConfiguration#2": {
    before: [siteSettings],
    after: ["get-configuration -o name", ["Global", service(cs)]],
  },
  "Remove-CsPersistentChatConfiguration#3": {
    before: [siteSettings],
    after: ["get-configuration -o name", ["Global"]],
  },

  "Get-CsPersistentChatComplianceConfiguration#1": { prints: ["Global", service(cs)] },
  "Get-CsPersistentChatComplianceConfiguration#2": { before: [siteArchive], prints: ["site:Redmond"] },
  "Get-CsPersistentChatComplianceConfiguration#3": { before: [siteArchive], prints: [service(cs)] },
  "Get-CsPersistentChatComplianceConfiguration#4": { prints: [service(cs)] },
  // Its page says "is null"; its command asks for the others.
  "Get-CsPersistentChatComplianceConfiguration#5": { prints: [service(cs)] },
  "New-CsPersistentChatComplianceConfiguration#1": {
    after: [
      "get-compliance-configuration site:Redmond --fields addUserDetails,addChatRoomDetails -o csv",
      ["addUserDetails,addChatRoomDetails", "true,true"],
    ],
  },
  "New-CsPersistentChatComplianceConfiguration#2": {
    after: [
      "get-compliance-configuration site:Redmond --fields runInterval -o csv",
      ["runInterval", "00:30:00"],
    ],
  },
  "Set-CsPersistentChatComplianceConfiguration#1": {
    after: [
      "get-compliance-configuration --fields runInterval -o csv",
      ["runInterval", "00:15:00", "00:10:00"],
    ],
  },
  "Set-CsPersistentChatComplianceConfiguration#2": {
    after: [
      "get-compliance-configuration --fields runInterval -o csv",
      ["runInterval", "00:10:00", "00:10:00"],
    ],
  },
  "Remove-CsPersistentChatComplianceConfiguration#1": {
    before: [siteArchive],
    after: ["get-compliance-configuration -o name", ["Global", service(cs)]],
  },
  "Remove-CsPersistentChatComplianceConfiguration#2": {
    before: [siteArchive],
    after: ["get-compliance-configuration -o name", ["Global", service(cs)]],
  },
  "Remove-CsPersistentChatComplianceConfiguration#3": {
    fault: {
      why: "AddUserDetals is misspelt: PowerShell takes it for nothing and removes nothing, silently",
      exitCode: 2,
      stderr: "hint: did you mean `addUserDetails`?",
      mended:
        "Get-CsPersistentChatComplianceConfiguration | Where-Object {$_.AddUserDetails -eq $True -and $_.AddChatRoomDetails -eq $True} | Remove-CsPersistentChatComplianceConfiguration",
    },
    after: ["get-compliance-configuration -o name", ["Global"]],
  },

  "Get-CsPersistentChatEndpoint#1": {
    before: [endpoint, otherEndpoint],
    prints: ["sip:pce@litwareinc.com", "sip:other@litwareinc.com"],
  },
  "Get-CsPersistentChatEndpoint#2": { before: [endpoint, otherEndpoint], prints: ["sip:pce@litwareinc.com"] },
  "Get-CsPersistentChatEndpoint#3": { before: [endpoint, otherEndpoint], prints: ["sip:pce@litwareinc.com"] },
  "New-CsPersistentChatEndpoint#1": {
    after: [
      "get-endpoint -o csv",
      ["sipAddress,displayName,pool", `sip:pce@litwareinc.com,Persistent Chat Endpoint 1,${pc}`],
    ],
  },
  "Remove-CsPersistentChatEndpoint#1": {
    before: [endpoint, otherEndpoint],
    after: ["get-endpoint -o name", ["sip:other@litwareinc.com"]],
  },
  "Remove-CsPersistentChatEndpoint#2": {
    before: [endpoint, otherEndpoint],
    after: ["get-endpoint -o name", ["sip:other@litwareinc.com"]],
  },
  "Remove-CsPersistentChatEndpoint#3": {
    before: [endpoint, otherEndpoint],
    after: ["get-endpoint -o name", []],
  },

  "Remove-CsPersistentChatMessage#1": {
    before: [chatCategory, archiveRoom, enableAll, `send-message ${chat}/ITChatRoom new --as 'Ken Myer'`],
    longAgo: `send-message ${chat}/ITChatRoom old --as 'Ken Myer'`,
    fault: {
      why: "its syntax requires -Remove or -ReplaceMessage, and the page gives neither",
      exitCode: 2,
      stderr: "--remove",
      mended: `Remove-CsPersistentChatMessage -Identity "${chat}\\ITChatRoom" -EndDate "4/1/2012" -Remove`,
    },
    after: [`get-message ${chat}/ITChatRoom --fields text -o csv`, ["text", "new"]],
  },
  "Remove-CsPersistentChatMessage#2": {
    before: [
      chatCategory,
      archiveRoom,
      enableAll,
      `send-message ${chat}/ITChatRoom mine --as 'Ken Myer'`,
      `send-message ${chat}/ITChatRoom hers --as 'Ana Myer'`,
    ],
    fault: {
      why: "its syntax requires -Remove or -ReplaceMessage, and the page gives neither",
      exitCode: 2,
      stderr: "--remove",
      mended: `Remove-CsPersistentChatMessage -Identity "${chat}\\ITChatRoom" -UserUri "sip:kenmyer@litwareinc.com" -Remove`,
    },
    after: [`get-message ${chat}/ITChatRoom --fields text -o csv`, ["text", "hers"]],
  },

  "Get-CsPersistentChatState#1": { prints: [cs, gc, chat, pc].map(state) },
  "Get-CsPersistentChatState#2": { prints: [state(gc)] },
  "Get-CsPersistentChatState#3": { prints: [cs, gc, chat, pc].map(state) },
  "Get-CsPersistentChatState#4": { before: [`set-state ${pc} --pool-state FailedOver`], prints: [state(pc)] },
  "Set-CsPersistentChatState#1": {
    after: ["get-state --where 'PoolState -eq FailedOver' -o name", [state(gc)]],
  },

  "Set-CsPersistentChatActiveServer#1": {
    after: ["get-pool --fields activeServers -o csv", ["activeServers", `${cs}|${gc}`]],
  },
  "Set-CsPersistentChatActiveServer#2": {
    before: [`set-active-server chat.litwareinc.com --add-active-servers ${gc}`],
    after: ["get-pool --fields activeServers -o csv", ["activeServers", cs]],
  },
  "Set-CsPersistentChatActiveServer#3": {
    after: ["get-pool --fields activeServers -o csv", ["activeServers", '""']],
  },
  "Set-CsPersistentChatActiveServer#text": { prints: ["chat.litwareinc.com"] },

  "Get-CsPersistentChatEligiblePrincipal#1": {
    before: [`new-category ITChat --pool ${chat} --allowed-members 'Ken Myer' --allowed-members 'Ana Myer'`],
    prints: ["sip:anamyer@litwareinc.com", "sip:kenmyer@litwareinc.com"],
  },
  "Get-CsPersistentChatEligiblePrincipal#2": {
    before: [chatCategory, auditorium],
    same: [
      `get-eligible-principal --pool ${chat} --room HelpDeskChatRoom --presenters -o name`,
      `get-eligible-principal --pool ${chat} --room HelpDeskChatRoom --presenters -o name`,
    ],
  },
  "Get-CsPersistentChatEligiblePrincipal#3": {
    before: [chatCategory, auditorium],
    prints: ["CN=Room Managers,OU=IT,DC=litwareinc,DC=com"],
  },

  "Export-CsPersistentChatData#1": {
    after: [
      "import-data 'C:\\Logs\\PersistentChatData.zip' --what-if -o name",
      [`${cs}\\IT`, `${cs}\\Bridge`],
    ],
  },
  "Import-CsPersistentChatData#1": {
    before: ["export-data 'C:\\Logs\\PersistentChatExport.zip'", "remove-room Bridge --yes"],
    after: [
      "get-room --fields identity,members -o csv",
      ["identity,members", `${cs}\\Bridge,sip:kenmyer@litwareinc.com`],
    ],
  },

  "Test-CsPersistentChatMessage#1.1": {
    fault: {
      why: "a credential signs in to a server, and there is none",
      exitCode: 2,
      stderr: "there is no command `Get-Credential`",
      mended: "",
    },
  },
  "Test-CsPersistentChatMessage#1.2": {
    fault: {
      why: "a credential signs in to a server, and there is none",
      exitCode: 2,
      stderr: "there is no command `Get-Credential`",
      mended: "",
    },
  },
  "Test-CsPersistentChatMessage#1.3": {
    before: [chatCategory, `new-room Test --category ${chat}/Chat --privacy Open`, enableAll],
  },
};

/** A store of one pool with five servers: the examples of active servers speak of the only one. */
const servers = [
  "new-store",
  `new-pool chat.litwareinc.com ${[cs, gc, "c.litwareinc.com", "d.litwareinc.com", "e.litwareinc.com"].map((server) => `--servers ${server}`).join(" ")} --active-servers ${cs}`,
];

/** An export is of one pool. */
const onePool = base.filter((line) => ![gc, chat, pc].some((pool) => line.includes(pool)));

const stores = { base, servers, onePool } as const;
const prepared = new Map<keyof typeof stores, Promise<Bench>>();

function storeOf(key: string): keyof typeof stores {
  if (key.startsWith("Set-CsPersistentChatActiveServer")) return "servers";
  return /^(?:Ex|Im)port-/.test(key) ? "onePool" : "base";
}

/** A copy of a store that was made once. */
async function preparedFor(key: string): Promise<Bench> {
  const store = storeOf(key);
  const made = prepared.get(store) ?? make(stores[store]);
  prepared.set(store, made);
  const folder = temporaryFolder();
  cpSync((await made).folder, folder, { recursive: true });
  return benchIn(folder, 100);
}

async function make(commands: readonly string[]): Promise<Bench> {
  const made = benchIn(mkdtempSync(join(tmpdir(), "pchat-examples-")));
  const directory = readFileSync(join(fixtures, "litwareinc.ldif"), "utf8");
  // The pages know a Pilar by a shorter address.
  writeFileSync(join(made.folder, "directory.ldif"), directory.replaceAll("pilarmoreno@", "pilar@"));
  await prepare(made, commands);
  return made;
}

async function prepare(made: Bench, commands: readonly string[]): Promise<void> {
  for (const line of commands) {
    const { exitCode, stderr } = await made.pchat(line);
    if (exitCode !== 0) throw new Error(`${line}: exit ${exitCode}\n${stderr}`);
  }
}

async function runLine(made: Bench, line: string): Promise<Run> {
  // A variable of the shell holds the name of what it was given.
  const command = line.replace(/^\$\w+ = /, "").replace(/\$(cred\d)/g, "$1");
  let piped: Run | undefined;
  for (const words of shellStages(command)) {
    piped = await made.run(words, piped === undefined ? {} : { stdin: piped.stdout });
    if (piped.exitCode !== 0) return piped;
  }
  return piped!;
}

const linesOf = (text: string): string[] => text.split("\n").slice(0, -1);

async function proves(made: Bench, line: string, { prints, after, same }: Expected): Promise<void> {
  const run = await runLine(made, line);
  expect({ line, exitCode: run.exitCode, stderr: run.exitCode === 0 ? "" : run.stderr }).toEqual({
    line,
    exitCode: 0,
    stderr: "",
  });
  if (prints !== undefined) expect(linesOf(run.stdout)).toEqual(prints);
  if (after !== undefined) expect(linesOf((await made.pchat(after[0])).stdout)).toEqual(after[1]);
  if (same === undefined) return;
  const [one, other] = [await made.pchat(same[0]), await made.pchat(same[1])];
  expect(linesOf(one.stdout).length).toBeGreaterThan(1);
  expect(one).toEqual(other);
}

/** Seconds from the time of tests back to March 2012. */
const longAgo = (Date.UTC(2012, 2, 1) - Date.UTC(2026, 0, 1)) / 1000;

const done: string[] = [];
const faulty: string[] = [];

describe("a line of the documentation does what its page says", () => {
  test.each(lines)("$key: $line", async ({ key, line }) => {
    const expected = expectations[key]!;
    const { fault } = expected;
    const made = await preparedFor(key);
    await prepare(made, expected.before ?? []);
    if (expected.longAgo !== undefined) await prepare(benchIn(made.folder, longAgo), [expected.longAgo]);
    if (fault === undefined) {
      await proves(made, line, expected);
      done.push(key);
      return;
    }
    const before = made.files();
    const run = await runLine(made, line);
    expect(run).toMatchObject({
      exitCode: fault.exitCode,
      stdout: "",
      stderr: expect.stringContaining(fault.stderr),
    });
    expect(made.files()).toEqual(before);
    if (fault.mended !== "") await proves(made, fault.mended, expected);
    faulty.push(`${key}: ${fault.why}`);
  });
});

test("every documented line is expected to do something, and nothing else is", () => {
  // 92 lines of 90 examples, and one in a page's text.
  expect(lines.length).toBe(93);
  expect(lines.map(({ key }) => key).sort()).toEqual(Object.keys(expectations).sort());
});

afterAll(async () => {
  for (const made of prepared.values()) rmSync((await made).folder, { recursive: true, force: true });
  const of = lines.length;
  process.stdout.write(
    `documented lines: ${done.length} of ${of} do what their page says; ${faulty.length} are wrong there\n${faulty.map((line) => `  ${line}\n`).join("")}`,
  );
});
