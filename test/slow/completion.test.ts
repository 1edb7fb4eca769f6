import process from "node:process";
import { expect, test } from "vitest";
import { program } from "../support/program.ts";
import { openTerminal } from "../support/terminal.ts";

/** What is typed before the Tab key, and what stands there after it. */
const everywhere = [
  ["pchat test-dep", "pchat test-deployment"],
  ["pchat get-room Hel", "pchat get-room Help\\ Desk"],
  ["pchat get-room 'Help D", "pchat get-room 'Help Desk'"],
  ['pchat get-room "Help D', 'pchat get-room "Help Desk"'],
  ["pchat set-room --add-members sip:lucamy", "pchat set-room --add-members sip:lucamyer@litwareinc.com"],
  ["pchat set-room --add-members Luca\\ My", "pchat set-room --add-members Luca\\ Myer"],
  ["pchat set-room --privacy O", "pchat set-room --privacy Open"],
  ["pchat set-room --priv", "pchat set-room --privacy"],
  ["pchat new-room X --category=I", "pchat new-room X --category=IT"],
  ["pchat grant-policy --policy Red", "pchat grant-policy --policy RedmondUsers"],
  ["pchat help exit", "pchat help exit-codes"],
] as const;
const posix = [
  ["pchat get-room pchat.litwareinc.com\\\\He", "pchat get-room pchat.litwareinc.com\\\\Help\\ Desk"],
  ["pchat get-room 'pchat.litwareinc.com\\He", "pchat get-room 'pchat.litwareinc.com\\Help Desk'"],
] as const;

const call = `'${process.execPath}' '${program}'`;

test.each([
  ["bash", [`pchat() { ${call} "$@"; }`, "source <(pchat completion bash)"], [...everywhere, ...posix]],
  [
    "zsh -f",
    [
      `pchat() { ${call} "$@"; }`,
      "autoload -Uz compinit; compinit -u -d ./.zcompdump",
      "source <(pchat completion zsh)",
    ],
    [...everywhere, ...posix],
  ],
  [
    "fish --no-config",
    [`function pchat; ${call} $argv; end`, "pchat completion fish | source"],
    [
      ...everywhere,
      ["pchat get-room 'pchat.litwareinc.com\\\\He", "pchat get-room 'pchat.litwareinc.com\\\\Help Desk'"],
    ],
  ],
] as const)("%s completes words, quoted as it needs them", async (shell, setUp, cases) => {
  const terminal = await openTerminal({ columns: 160, rows: 12 });
  terminal.type(`${shell}\n`);
  for (const line of [...setUp, "clear; echo set''up"]) terminal.type(`${line}\n`);
  await terminal.shows("setup");
  for (const [typed, wanted] of cases) {
    terminal.press("C-u", "C-l");
    terminal.type(typed);
    terminal.press("Tab");
    expect(await terminal.shows(wanted)).toContain(wanted);
  }
});
