import { DomainError } from "../core/errors.ts";
import { wrap } from "../output/text-width.ts";
import { type AnyCommand, type CommandGroup, commandGroups } from "./command.ts";
import { commandName } from "./command-name.ts";
import type { World } from "./context.ts";
import { buildCommander } from "./parse.ts";
import { topics } from "./topics.ts";

/** Text for `pchat`, `pchat --help`, `pchat help [topic|command]`, `pchat <command> --help` and `--version`. */
export async function helpText(world: World): Promise<string> {
  const [first, second] = world.argv;
  if (first === "-V" || first === "--version") return `${world.version}\n`;
  if (first === undefined || /^(-h|--help)$/.test(first)) return overview(world);
  if (first === "completion") return topicText(world, "completion")!;
  if (first !== "help") return commandHelp(world, first);
  if (second === undefined || second.startsWith("-")) return overview(world);
  const topic = topicText(world, second);
  if (topic !== undefined) return topic;
  return commandHelp(world, second).catch((error: unknown) => {
    throw isUnknown(error) ? unknownTopic(world, second) : error;
  });
}

function topicText(world: World, word: string): string | undefined {
  const topic = topics.find(({ name }) => name === word.toLowerCase());
  return topic && laidOut(topic.text(), world.stdout.columns);
}

const isUnknown = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "unknown-command";

function unknownTopic(world: World, word: string): DomainError {
  const names = [...topics.map(({ name }) => name), ...world.commands.names];
  return new DomainError("unknown-command", `there is no help on \`${word}\``, {
    hint: {
      say: `topics are ${topics.map(({ name }) => name).join(", ")}; commands are listed by`,
      commands: [["--help"]],
    },
    unknown: { word, among: () => names },
  });
}

async function overview(world: World): Promise<string> {
  const commands = await Promise.all(
    world.commands.names.map(async (name) => ({
      name,
      ...((await world.commands.load(name)) as AnyCommand),
    })),
  );
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const groups = commandGroups.map((group) => ({
    group,
    lines: commands
      .filter((command) => command.group === group)
      .map(({ name, summary }) => entry(name, summary, width, world.stdout.columns)),
  }));
  return [
    "pchat administers a model of Persistent Chat (Lync Server 2013, Skype for Business Server) in a JSON file.",
    "No server changes by it.",
    "",
    "usage: pchat <command> [words] [options]",
    ...groups.flatMap(({ group, lines }) => (lines.length === 0 ? [] : ["", `${titles[group]}:`, ...lines])),
    "",
    "Help:",
    entry("<command> --help", "what a command takes, with examples", 20, world.stdout.columns),
    entry(
      "completion <shell>",
      "what teaches bash, zsh, fish or powershell to complete words",
      20,
      world.stdout.columns,
    ),
    entry("help <topic>", `on ${topics.map(({ name }) => name).join(", ")}`, 20, world.stdout.columns),
    "",
    "Each command also answers to the full name of its cmdlet, as in New-CsPersistentChatRoom.",
    "",
  ].join("\n");
}

const titles: Readonly<Record<CommandGroup, string>> = {
  store: "Store",
  directory: "Directory",
  topology: "Pools, servers and sites",
  policies: "Policies",
  categories: "Categories",
  rooms: "Rooms",
  messages: "Messages",
  "add-ins": "Add-ins",
  configuration: "Configuration and endpoints",
  access: "Access",
  bulk: "Many changes at once",
  environments: "Environments as code",
};

function entry(name: string, meaning: string, width: number, columns: number | undefined): string {
  const indent = " ".repeat(width + 2);
  const [first = "", ...rest] = wrap(meaning, Math.max((columns ?? 110) - width - 2, 30));
  return [`  ${name.padEnd(width)}${first}`, ...rest.map((line) => indent + line)].join("\n");
}

/** Help on one command. Throws `unknown-command`. */
async function commandHelp(world: World, word: string): Promise<string> {
  const name = await commandName(world, word);
  const definition = (await world.commands.load(name)) as AnyCommand;
  const command = buildCommander(name, definition);
  command.configureHelp({ helpWidth: Math.max(world.stdout.columns ?? 110, 60) });
  const examples = definition.examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`]);
  const notes = (definition.notes ?? []).flatMap((note) => [
    "",
    ...wrap(note, (world.stdout.columns ?? 110) - 1).map((line) => line.trimEnd()),
  ]);
  const cmdlet = definition.cmdlet === undefined ? [] : ["", `Cmdlet: ${definition.cmdlet}`];
  return `${[command.helpInformation().trimEnd(), ...notes, "", "Examples:", ...examples, ...cmdlet].join("\n")}\n`;
}

function laidOut(text: string, columns: number | undefined): string {
  const width = Math.min(columns ?? 100, 100);
  const lines = text.split("\n").flatMap((line) => (/^( |$)/.test(line) ? [line] : wrap(line, width)));
  return `${lines.join("\n").trimEnd()}\n`;
}
