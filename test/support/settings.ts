import { type Bench, bench } from "./cli.ts";

/** The two kinds of settings that stand at Global, a site or a pool, each with an option of its own. */
export const settingsKinds = [
  {
    kind: "configuration",
    one: "configuration",
    option: "--default-chat-history",
    field: "defaultChatHistory",
    values: [100, 200],
    initial: 30,
    flags: "--default-chat-history, --max-file-size-kb, --participant-update-limit, --room-management-url",
  },
  {
    kind: "compliance-configuration",
    one: "compliance configuration",
    option: "--run-interval",
    field: "runInterval",
    values: ["00:30:00", "1.00:00:00"],
    initial: "00:15:00",
    flags:
      "--adapter-name, --adapter-output-directory, --adapter-type, --add-chat-room-details, --add-user-details, --create-file-attachments-manifest, --custom-configuration, --one-chat-room-per-output-file, --run-interval",
  },
] as const;

export type SettingsKind = (typeof settingsKinds)[number];

export const poolScope = "service:PersistentChatServer:pchat.contoso.com";

/** A store with a pool at a site, and a second pool. */
export async function withPools(): Promise<Bench> {
  const made = bench();
  await made.pchat("new-store");
  await made.pchat("new-pool pchat.contoso.com --site Redmond");
  await made.pchat("new-pool p2.contoso.com");
  return made;
}

/** The same with settings at the site and at the first pool (serials 4 and 5). */
export async function withSettings({ kind, option, values }: SettingsKind): Promise<Bench> {
  const made = await withPools();
  await made.pchat(`new-${kind} site:Redmond ${option} ${values[0]}`);
  await made.pchat(`new-${kind} PersistentChatServer:pchat.contoso.com ${option} ${values[1]}`);
  return made;
}

/** The tests of a command for both kinds, one file each. */
export const settingsOf = (kind: SettingsKind["kind"]): SettingsKind =>
  settingsKinds.find((one) => one.kind === kind)!;
