import type { Finding } from "../core/deployment-check.ts";
import { kebabCase } from "../core/property.ts";
import { headerOf, type Row, type View } from "./view.ts";

const column = (name: string, inTable = true) => ({ name, header: headerOf(name), inTable });

/** What a check of a deployment found, in the order of setting up. */
export const findingView: View = {
  kind: "finding",
  identity: "object",
  columns: [
    column("step"),
    column("severity"),
    column("object"),
    column("problem"),
    column("why", false),
    column("commands"),
    column("check", false),
  ],
};

type Facts = Finding["facts"];
const count = (facts: Facts, key: string): number => Number(facts[key]);
const words = (facts: Facts, key: string): string => {
  const all = (facts[key] as readonly string[] | undefined) ?? [];
  return all.length > 5 ? `${all.slice(0, 5).join(", ")} and ${all.length - 5} more` : all.join(", ");
};
const listName = (facts: Facts): string => kebabCase(String(facts["list"])).replaceAll("-", " ");

/** What is wrong, from the finding's facts, and why it matters. */
const wording: Readonly<Record<string, readonly [problem: (facts: Facts) => string, why: string]>> = {
  "no-pool": [() => "there is no pool", "categories and rooms belong to one"],
  "pool-site-unknown": [
    (f) => `its site ${f["site"]} is not declared`,
    "a site policy cannot be made for it",
  ],
  "pool-without-site": [
    (f) => `it has no site, and there are ${count(f, "pools")} pools`,
    "clients send what they create to the pool of their user's site",
  ],
  "failed-over": [
    () => "it uses its backup databases",
    "while it does, nothing is mirrored; go back once its own are up",
  ],
  "no-active-server": [() => "none of its servers is active", "it takes no new connections"],
  "nothing-archived": [
    (f) => `compliance is enabled, and ${f["configuration"]} names no adapter`,
    "nothing is archived without one",
  ],
  "no-endpoint": [
    (f) => `file upload is on in ${words(f, "categories")}, and it has no endpoint`,
    "only legacy clients upload files, and they find a pool by its endpoint",
  ],
  "folder-shared": [
    (f) => `its adapter writes into the folder of ${f["other"]}: ${f["folder"]}`,
    "each adapter needs a folder of its own",
  ],
  "configuration-without-object": [() => "what it configures is not there", "it has no effect"],
  "no-directory": [
    () => "no directory was imported",
    "without it nobody can be looked up, and scope cannot be checked",
  ],
  "principal-gone": [
    (f) => `${words(f, "principals")} in its ${listName(f)} cannot be found in the directory`,
    "the server does not provision such a principal",
  ],
  "not-sip-enabled": [
    (f) => `${words(f, "principals")} in its ${listName(f)} is not enabled for SIP`,
    "only SIP-enabled users can take part",
  ],
  "not-a-principal": [
    (f) => `${words(f, "principals")} in its ${listName(f)} is a resource or contact`,
    "only users, groups, containers and domains can be listed",
  ],
  "account-disabled": [
    () => "the account is disabled in AD, yet enabled for SIP",
    "such a user can still take part",
  ],
  "address-shared": [
    (f) => `several accounts have it: ${words(f, "accounts")}`,
    "it cannot be told who is meant",
  ],
  "display-name-shared": [
    (f) => `several users bear that display name: ${words(f, "accounts")}`,
    "the product then refuses to edit that user's rooms",
  ],
  "site-not-declared": [
    (f) => `${count(f, "users")} users are at it, and it is not declared`,
    "it cannot have a policy",
  ],
  "nobody-enabled": [() => "no policy enables anybody", "the Global policy is off from the start"],
  "too-many-enabled": [
    (f) => `${count(f, "enabled")} users are enabled`,
    "the product is made for 150,000 provisioned users",
  ],
  "site-policy-without-site": [
    (f) => `its site ${f["site"]} is not declared`,
    "the policy applies to nobody",
  ],
  "site-policy-off": [() => "it turns off what Global turns on", "users of the site are left out"],
  "granted-to-nobody": [
    () => "it enables Persistent Chat, and nobody has it",
    "a policy must be assigned to take effect",
  ],
  "policy-off-overrides": [
    (f) => `it turns off what would be on for ${words(f, "users")}`,
    "a policy of the user beats that of the site and Global",
  ],
  "grant-of-no-policy": [(f) => `policy ${f["policy"]} is not there`, "the grant has no effect"],
  "grant-to-nobody": [() => "the directory has no such enabled user", "the grant has no effect"],
  "listed-without-policy": [
    (f) => `it does not enable ${words(f, "users")}, who are in rooms`,
    "without an enabling policy they cannot use them",
  ],
  "creator-without-policy": [
    (f) => `it does not enable ${words(f, "users")}, who are creators`,
    "without an enabling policy they cannot create rooms",
  ],
  "no-category": [() => "there is no category", "a room needs one"],
  "allowed-empty": [() => "its allowed members are empty", "nobody can be put into its rooms"],
  "allowed-cancelled": [() => "its denied members cover everyone it allows", "denied beats allowed"],
  "allowed-and-denied": [
    (f) => `${words(f, "principals")} is both allowed and denied`,
    "denied beats allowed, so the entry is idle",
  ],
  "no-creators": [() => "it has no creators", "only administrators can create rooms in it"],
  "out-of-scope": [
    (f) =>
      `${words(f, "principals")} in its ${listName(f)} is ${f["because"] === "denied" ? "denied" : "not allowed"} by category ${f["category"]}`,
    "whoever is out of scope has no access",
  ],
  "file-upload-ignored": [() => "file upload is on", "Lync 2013 clients ignore it"],
  "invitations-off": [
    (f) => `invitations are off, though ${count(f, "rooms")} rooms follow it`,
    "nobody is told of being added to a room",
  ],
  "no-room-in-category": [() => "it has no room", "it serves nobody yet"],
  "no-room": [() => "there is no room", "people meet in rooms"],
  "all-rooms-disabled": [(f) => `all ${count(f, "rooms")} rooms are disabled`, "nobody can enter any"],
  "room-without-category": [() => "its category is missing or in another pool", "nobody is in scope"],
  "addin-missing": [() => "its add-in is missing", "the room shows nothing"],
  "no-description": [() => "it has no description", "users see the description, never the category"],
  "room-disabled": [() => "it is disabled", "nobody can find or enter it"],
  "addin-address": [(f) => `its address ${f["url"]} is not http or https`, "clients open nothing else"],
  "addin-unused": [() => "no room shows it", "it serves nobody"],
  "many-entries": [
    (f) => `there are ${count(f, "entries")} list entries`,
    "above 2,000,000 the service slows down",
  ],
  "many-invitations": [
    (f) => `${count(f, "invitations")} invitations are kept`,
    "above 1,000,000 the service slows down",
  ],
  "name-twice": [() => "another one has the same name", "a name must be unique in its pool"],
  "name-of-category": [() => "a category has the same name", "a room may not bear a category's name"],
  "name-invalid": [
    () => "its name is not one",
    "names have 1 to 256 characters, none of them a backslash or a control character",
  ],
  "nobody-can-join": [(f) => `it is ${f["privacy"]} and has no members`, "nobody can join it"],
  "members-without-effect": [() => "it is Open, and lists members", "the list has no effect"],
  "no-manager": [() => "it has no manager", "only administrators can add people"],
  "manager-not-member": [
    (f) => `${words(f, "principals")} manages it without being a member`,
    "a manager who is not a member cannot enter",
  ],
  "presenters-in-normal-room": [() => "it has presenters, and is a Normal room", "everyone posts there"],
  "presenter-not-member": [
    (f) => `${words(f, "principals")} presents without being a member`,
    "a presenter who is not a member cannot enter",
  ],
  "no-presenter": [() => "it is an auditorium without presenters", "nobody can post"],
};

/** Checks that have words, for a test that none is missing. */
export const wordedChecks: readonly string[] = Object.keys(wording);

/** A finding as a row; `commandLine` makes a line that can be typed of a command's words. */
export function findingRow(
  { check, step, severity, object, facts, commands }: Finding,
  commandLine: (words: readonly string[]) => string,
): Row {
  const [problem, why] = wording[check] ?? [() => String(facts["reason"] ?? check), ""];
  return {
    step,
    severity,
    object: object === null ? null : object.identity,
    problem: problem(facts),
    why,
    commands: commands.map(commandLine),
    check,
  };
}
