import {
  type AnyCommand,
  type ArgumentSpec,
  commandGroups,
  type OptionSpec,
  type OptionSpecs,
} from "./command.ts";
import { exitCodeMeanings } from "./exit-code.ts";
import { globalOptions, shortFlags } from "./globals.ts";
import { ownOptions, shapeOf } from "./parse.ts";
import { topics } from "./topics.ts";

/** A command with its name. */
export interface NamedCommand {
  readonly name: string;
  readonly definition: AnyCommand;
}

export interface ManPage {
  /** Name of its file: `pchat-new-room.1`. */
  readonly file: string;
  /** In roff with the macros of man(7), ASCII alone. */
  readonly text: string;
}

/** A page for each command and one for the program, made from the same declarations as help. */
export function manPages(commands: readonly NamedCommand[], version: string): readonly ManPage[] {
  return [
    { file: "pchat.1", text: programPage(commands, version) },
    ...commands.map((command) => ({
      file: `pchat-${command.name}.1`,
      text: commandPage(command, version),
    })),
  ];
}

function programPage(commands: readonly NamedCommand[], version: string): string {
  const inGroup = (group: string) => commands.filter(({ definition }) => definition.group === group);
  return page("pchat", version, [
    section("NAME", [
      "pchat \\- administer a model of Persistent Chat (Lync Server 2013, Skype for Business Server)",
    ]),
    section("SYNOPSIS", [
      `${bold("pchat")} ${italic("command")} [${italic("words")}] [${italic("options")}]`,
    ]),
    section(
      "DESCRIPTION",
      [
        "pchat keeps a deployment of Persistent Chat in a JSON file: policies, categories, rooms and their people. No server changes by it.",
        `Each command has a page of its own, as in ${bold("man pchat\\-new\\-room")}, and answers to the full name of its cmdlet.`,
      ].map(keep),
    ),
    section(
      "COMMANDS",
      commandGroups.flatMap((group) =>
        inGroup(group).flatMap(({ name, definition }) => item(bold(plain(name)), plain(definition.summary))),
      ),
    ),
    ...topics.map(({ name, text }) => section(name.replaceAll("-", " ").toUpperCase(), topicLines(text()))),
  ]);
}

function commandPage({ name, definition }: NamedCommand, version: string): string {
  const own = ownOptions(definition);
  const every = Object.entries(globalOptions(shapeOf(definition))).filter(([key]) => !(key in own));
  const argument: ArgumentSpec | undefined = definition.argument;
  const { cmdlet, notes = [], examples } = definition as AnyCommand & { notes?: readonly string[] };
  return page(`pchat-${name}`, version, [
    section("NAME", [`${plain(`pchat-${name}`)} \\- ${plain(definition.summary)}`]),
    section("SYNOPSIS", [
      [bold(plain(`pchat ${name}`)), synopsis(argument), "[", italic("options"), "]"]
        .join(" ")
        .replace("[ ", "[")
        .replace(" ]", "]"),
    ]),
    ...(argument === undefined
      ? []
      : [section("WORDS", item(italic(plain(argument.name)), plain(argument.meaning)))]),
    ...(notes.length === 0 ? [] : [section("DESCRIPTION", paragraphs(notes))]),
    ...(Object.keys(own).length === 0 ? [] : [section("OPTIONS", optionItems(own))]),
    section("OPTIONS OF EVERY COMMAND", optionItems(Object.fromEntries(every))),
    section(
      "EXAMPLES",
      examples.flatMap(({ line, does }) => [
        ".PP",
        `${plain(does)}:`,
        ".PP",
        ".nf",
        ".RS 4",
        plain(line),
        ".RE",
        ".fi",
      ]),
    ),
    section(
      "EXIT STATUS",
      exitCodeMeanings.flatMap(([code, meaning]) => item(String(code), plain(meaning))),
    ),
    section("SEE ALSO", [
      `${bold("pchat")}(1), ${bold(plain("pchat help"))} for topics${cmdlet === undefined ? "" : `, and the cmdlet ${plain(cmdlet)}`}`,
    ]),
  ]);
}

const page = (name: string, version: string, sections: readonly string[]): string =>
  `${[`.TH ${plain(name.toUpperCase())} 1 "" "pchat ${version}" "Persistent Chat administration"`, ...sections].join("\n")}\n`;

const section = (title: string, lines: readonly string[]): string => [`.SH ${title}`, ...lines].join("\n");

const item = (tag: string, text: string): string[] => [".TP", tag, text];

const paragraphs = (texts: readonly string[]): string[] => texts.flatMap((text) => [".PP", plain(text)]);

const keep = (text: string): string => `.PP\n${text}`;

function synopsis(argument: ArgumentSpec | undefined): string {
  if (argument === undefined) return "";
  const word = `${italic(plain(argument.name))}${argument.maximum > 1 ? "..." : ""}`;
  return argument.minimum > 0 ? word : `[${word}]`;
}

const optionItems = (options: OptionSpecs): string[] =>
  Object.entries(options).flatMap(([key, spec]) => optionItem(key, spec as OptionSpec<unknown>));

function optionItem(
  key: string,
  { kind, placeholder = "value", meaning, required, env }: OptionSpec<unknown>,
): string[] {
  const short = shortFlags[key] === undefined ? "" : `${bold(plain(`-${shortFlags[key]}`))}, `;
  const value = kind === "switch" ? "" : ` ${italic(plain(placeholder))}`;
  const more = [
    ...(kind === "list" ? ["repeat for more"] : []),
    ...(required === true ? ["required"] : []),
    ...(env === undefined ? [] : [env]),
  ];
  return item(
    `${short}${bold(plain(`--${key}`))}${value}`,
    plain(more.length === 0 ? meaning : `${meaning} (${more.join("; ")})`),
  );
}

/** Lines of a topic: those that begin with a blank stay as they are. */
function topicLines(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [".PP"];
    return /^ /.test(line) ? [".nf", plain(line), ".fi"] : [plain(line)];
  });
}

const bold = (text: string): string => `\\fB${text}\\fR`;
const italic = (text: string): string => `\\fI${text}\\fR`;

/** Text as it is: nothing in it is a request, an escape, or a typographer's dash. Other scripts go by number. */
function plain(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga");
  const safe = /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
  return [...safe]
    .map((character) => {
      const code = character.codePointAt(0)!;
      return code < 128 ? character : `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
    })
    .join("");
}
