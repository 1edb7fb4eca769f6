import { type CheckStep, checkDeployment, checkSteps, type Finding } from "../core/deployment-check.ts";
import { createDraft, type Draft } from "../core/draft.ts";
import { DomainError } from "../core/errors.ts";
import { identityIn } from "../core/identity-text.ts";
import { initialWrites } from "../core/initial-state.ts";
import { memoryState } from "../core/memory-state.ts";
import type { Category } from "../core/nouns/category.ts";
import { isPerUser } from "../core/policy.ts";
import { checkName } from "../core/property.ts";
import { collections, type State } from "../core/state.ts";
import type { Step } from "../core/steps.ts";
import { findingRow } from "../output/finding-view.ts";
import { commandLine } from "../output/messages.ts";
import { withIdentities } from "../output/shell-words.ts";
import { type Asking, faultIn, tellRefusal } from "./asking.ts";
import { objectFinder } from "./choices.ts";
import type { Preparation } from "./command.ts";
import type { Choice, Store } from "./context.ts";
import { editPrincipals } from "./list-editor.ts";
import { requirePlace } from "./output-place.ts";
import { optionWords } from "./property-options.ts";
import { authorship, type Session, tellLine } from "./session.ts";

/** A command line (words after `pchat`) that a person chose. */
type Line = readonly string[];

/** The way through the setup: what there is, with the lines so far, which nothing keeps yet. */
interface Guide {
  readonly asking: Asking;
  readonly readStep: Preparation["readStep"];
  readonly draft: Draft;
  readonly lines: Line[];
  readonly steps: Step[];
}

/** The sections, in the article's order; rooms come with their people. */
const sections: readonly {
  readonly step: CheckStep;
  readonly title: string;
  readonly ask: (guide: Guide) => Promise<void>;
}[] = [
  { step: "topology", title: "the pool that was deployed", ask: askPool },
  { step: "directory", title: "who there is: an export of Active Directory", ask: askDirectory },
  { step: "policy", title: "who may use Persistent Chat", ask: askPolicy },
  {
    step: "category",
    title: "a category: who may be in its rooms, who may not, who creates them",
    ask: askCategory,
  },
  { step: "rooms", title: "the first rooms, with managers and members", ask: askRoom },
];

/**
 * Leads through setting up a deployment, beginning where something is missing. Returns the steps that were chosen;
 * makes the store where there is none, once all is agreed to. Throws `confirmation-declined` where the person leaves.
 */
export async function askForSetup(
  asking: Asking,
  session: Session,
  store: Store,
  readStep: Preparation["readStep"],
): Promise<readonly Step[]> {
  const isNew = !(await store.exists());
  const { state, nextId } = isNew ? newState() : await store.read();
  const guide: Guide = { asking, readStep, draft: createDraft(state, nextId), lines: [], steps: [] };
  if (isNew) await tellLine(asking.line, `there is no store yet: one will be made at \`${store.path}\``);
  for (const { step, title, ask } of sections.slice(firstSection(state))) {
    await tellLine(asking.line, `${checkSteps.indexOf(step) + 1} of ${sections.length}: ${title}`);
    await tellMissing(guide, step);
    await ask(guide);
  }
  await agreeToAll(guide, store, isNew);
  if (isNew && !asking.globals.whatIf)
    await store.create(authorship({ ...session, name: "new-store" }, []), initialWrites());
  return guide.steps;
}

/** A store as it is when it was just made. */
function newState(): { readonly state: State; readonly nextId: number } {
  const { writes, nextId } = initialWrites();
  const lists = Object.fromEntries(
    collections.map((collection) => [
      collection,
      writes.filter((write) => write.collection === collection).map(({ after }) => after),
    ]),
  );
  return { state: memoryState(lists as never, () => undefined), nextId };
}

const findingsOf = (state: State, step: CheckStep): Finding[] =>
  [...checkDeployment(state)].filter((finding) => finding.step === step && finding.severity !== "note");

/** The first section in which something is missing or looks wrong, or the first of all. */
function firstSection(state: State): number {
  const found = sections.findIndex(({ step }) =>
    findingsOf(state, step).some(({ severity }) => severity === "error"),
  );
  return Math.max(found, 0);
}

const mostTold = 5;

async function tellMissing({ asking, draft }: Guide, step: CheckStep): Promise<void> {
  const found = findingsOf(draft, step);
  for (const finding of found.slice(0, mostTold)) {
    const { object, problem } = findingRow(finding, () => "");
    await tellLine(
      asking.line,
      `  ${[object, problem].filter((part) => part !== null && part !== "").join(": ")}`,
    );
  }
  if (found.length > mostTold)
    await tellLine(asking.line, `  and ${found.length - mostTold} more: see pchat test-deployment`);
}

/** Tries a line on what there is so far, and keeps it for the end. False where it is refused, which is told. */
async function take(guide: Guide, line: Line): Promise<boolean> {
  const { asking, draft, lines, steps } = guide;
  const number = lines.length + 1;
  const step = await guide.readStep(line, { place: `step ${number}`, line: number });
  const inner = createDraft(draft, draft.nextId);
  try {
    step.run(inner);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await tellRefusal(asking, error);
    return false;
  }
  draft.absorb(inner);
  lines.push(line);
  steps.push(step);
  await tellLine(asking.line, `  will run: ${commandLine(line, asking.line.world.platform)}`);
  return true;
}

const skip = { value: "skip", name: "go on" } as const;

async function askPool(guide: Guide): Promise<void> {
  const { prompts } = guide.asking;
  while (
    (await prompts.choose("pools", [
      { value: "add", name: `add ${guide.draft.count("pools") > 0 ? "another" : "the pool"}` },
      skip,
    ])) === "add"
  ) {
    const fqdn = await askName(guide, "its name (fully qualified)");
    const site = (await prompts.text("site that it is in, or nothing")).trim();
    await take(guide, lineOf("new-pool", [fqdn], site === "" ? [] : optionWords("site", site)));
  }
}

const askName = (guide: Guide, message: string, initial = ""): Promise<string> =>
  guide.asking.prompts
    .text(message, { initial, check: (word) => faultIn(() => checkName("it", {}, word.trim())) })
    .then((word) => word.trim());

/** A line of a command with its identities and options. */
const lineOf = (name: string, identities: readonly string[], options: readonly string[] = []): Line => [
  name,
  ...withIdentities(options, identities),
];

async function askDirectory(guide: Guide): Promise<void> {
  const { prompts } = guide.asking;
  const add = guide.draft.directory === undefined ? "read an export" : "read a newer export";
  while ((await prompts.choose("directory", [{ value: "add", name: add }, skip])) === "add") {
    const files: string[] = [];
    for (;;) {
      const more =
        files.length === 0
          ? "file (of ldifde, ldapsearch or ldbsearch)"
          : "another file of the same export, or nothing";
      const file = (await prompts.text(more)).trim();
      if (file === "") break;
      files.push(file);
    }
    if (files.length > 0 && (await take(guide, lineOf("import-directory", files)))) return;
  }
}

async function askPolicy(guide: Guide): Promise<void> {
  const { asking, draft } = guide;
  for (;;) {
    const perUser = [...draft.all("policies")].filter(({ identity }) => isPerUser(identity));
    const choices: Choice<string>[] = [
      skip,
      { value: "all", name: "enable it for everyone (the Global policy)" },
      { value: "new", name: "make a policy that enables it, and give it to some" },
      ...(perUser.length > 0 ? [{ value: "give", name: "give a policy that is there to some" }] : []),
    ];
    const next = await asking.prompts.choose("policy", choices);
    if (next === "skip") return;
    if (next === "all")
      await take(guide, lineOf("set-policy", ["Global"], optionWords("enable-persistent-chat", "true")));
    if (next === "new") await newPolicy(guide);
    if (next === "give") {
      const find = await objectFinder(draft, "policies", asking.columns, ({ identity }) =>
        isPerUser(identity),
      );
      await givePolicy(guide, await asking.prompts.search("which policy?", find));
    }
  }
}

async function newPolicy(guide: Guide): Promise<void> {
  const name = await askName(guide, "its name", "ChatUsers");
  if (await take(guide, lineOf("new-policy", [name], optionWords("enable-persistent-chat", "true")))) {
    await givePolicy(guide, name);
  }
}

async function givePolicy(guide: Guide, policy: string): Promise<void> {
  const users = await editPrincipals(guide.asking, guide.draft, {
    title: `users with ${policy}`,
    list: [],
    use: "user",
  });
  if (users.length > 0) await take(guide, lineOf("grant-policy", users, optionWords("policy", policy)));
}

async function askCategory(guide: Guide): Promise<void> {
  const { asking, draft } = guide;
  for (;;) {
    const add = draft.count("categories") > 0 ? "add another category" : "add a category";
    if ((await asking.prompts.choose("categories", [{ value: "add", name: add }, skip])) === "skip") return;
    const pool = await poolOption(guide);
    const name = await askName(guide, "its name");
    const list = (title: string, judges?: Category): Promise<readonly string[]> =>
      editPrincipals(asking, draft, {
        title,
        list: [],
        use: "any",
        judges: judges && { category: judges, list: "creators" },
      });
    const allowed = await list("allowed members: who may be put into its rooms");
    const denied = await list("denied members: who may never be, whatever allows them");
    const creators = await list("creators: who may create rooms in it", {
      identity: identityIn(pool.at(-1) ?? "the pool", name),
      allowedMembers: allowed,
      deniedMembers: denied,
    } as unknown as Category);
    await take(
      guide,
      lineOf(
        "new-category",
        [name],
        [
          ...pool,
          ...each("allowed-members", allowed),
          ...each("denied-members", denied),
          ...each("creators", creators),
        ],
      ),
    );
  }
}

const each = (option: string, words: readonly string[]): string[] =>
  words.flatMap((word) => optionWords(option, word));

/** The option that names a pool, where there are several. */
async function poolOption({ asking, draft }: Guide): Promise<readonly string[]> {
  const pools = [...draft.all("pools")].map(({ fqdn }) => ({ value: fqdn, name: fqdn }));
  return pools.length < 2 ? [] : optionWords("pool", await asking.prompts.choose("pool", pools));
}

async function askRoom(guide: Guide): Promise<void> {
  const { asking, draft } = guide;
  for (;;) {
    const add = draft.count("rooms") > 0 ? "add another room" : "add a room";
    const next = await asking.prompts.choose("rooms", [
      ...(draft.count("categories") > 0 ? [{ value: "add", name: add } as const] : []),
      skip,
    ]);
    if (next === "skip") return;
    const name = await askName(guide, "its name");
    const category = await categoryFor(guide);
    const privacy = await asking.prompts.choose("privacy", [
      { value: "Closed", name: "Closed: all in scope find it, members join" },
      { value: "Open", name: "Open: all in scope find and join it" },
      { value: "Secret", name: "Secret: members only" },
    ]);
    const list = (title: string, key: string): Promise<readonly string[]> =>
      editPrincipals(asking, draft, { title, list: [], use: "any", judges: { category, list: key } });
    const managers = await list("managers: who may change it (not members by that)", "managers");
    const members = privacy === "Open" ? [] : await list("members: who may enter it", "members");
    await take(
      guide,
      lineOf(
        "new-room",
        [name],
        [
          ...optionWords("category", category.identity),
          ...optionWords("privacy", privacy),
          ...each("managers", managers),
          ...each("members", members),
        ],
      ),
    );
  }
}

async function categoryFor({ asking, draft }: Guide): Promise<Category> {
  const [only, ...others] = [...draft.all("categories")];
  if (others.length === 0) return only!;
  const find = await objectFinder(draft, "categories", asking.columns);
  const identity = await asking.prompts.search("category", find);
  return [only!, ...others].find((category) => category.identity === identity)!;
}

/** Shows all lines, and offers to keep them as a script or a manifest. Throws `confirmation-declined`. */
async function agreeToAll(guide: Guide, store: Store, isNew: boolean): Promise<void> {
  const { asking, lines } = guide;
  const { prompts, line } = asking;
  const texts = lines.map((words) => commandLine(words, line.world.platform));
  await tellLine(line, lines.length === 0 ? "nothing was chosen" : "all of it, as one change:");
  for (const text of texts) await tellLine(line, `  ${text}`);
  if (lines.length === 0 && !isNew) return;
  const next = await prompts.choose("what now?", [
    { value: "run", name: lines.length === 0 ? "make the store" : "run it" },
    ...(lines.length === 0 ? [] : saveChoices),
    { value: "leave", name: "leave without running anything" },
  ] as const);
  if (next === "leave") throw new DomainError("confirmation-declined", "left; nothing was written");
  if (next === "save") await save(asking, store, "setup.pchat", (path) => scriptText(lines, path));
  if (next === "manifest") await save(asking, store, "setup.yaml", () => manifestText(guide));
}

const saveChoices = [
  { value: "save", name: "save it as a script for invoke-script, and run it" },
  {
    value: "manifest",
    name: "save what the store will hold as a manifest for apply-environment, and run it",
  },
] as const;

const scriptText = (lines: readonly Line[], path: string): Iterable<string> => [
  `# Run it with: ${commandLine(["invoke-script", path], "posix")}\n`,
  ...lines.map((words) => `${commandLine(words, "posix").replace(/^pchat /, "")}\n`),
];

async function manifestText({ draft }: Guide): Promise<Iterable<string>> {
  const [{ exportState }, { manifestYaml }, { schemaUri }] = await Promise.all([
    import("../core/environment/export.ts"),
    import("../output/manifest-text.ts"),
    import("../output/json-schema.ts"),
  ]);
  return manifestYaml({ $schema: schemaUri("environment"), ...exportState(draft) });
}

async function save(
  asking: Asking,
  store: Store,
  initial: string,
  textFor: (path: string) => Iterable<string> | Promise<Iterable<string>>,
): Promise<void> {
  const path = await newFile(asking, store, initial);
  await asking.line.world.writeFile(path, await textFor(path));
  await tellLine(asking.line, `saved as \`${path}\``);
}

/** The name of a file that is not there yet, and where one may be made. */
async function newFile(asking: Asking, store: Store, initial: string): Promise<string> {
  for (;;) {
    const path = (await asking.prompts.text("file", { initial })).trim();
    if (path === "") continue;
    try {
      await requirePlace(asking.line.world, store, false, { path });
      return path;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await tellLine(asking.line, `${error.message}: name another`);
    }
  }
}
