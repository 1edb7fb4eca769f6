import { cmdletHelp } from "./cmdlet-help.ts";
import { exitCodeMeanings } from "./exit-code.ts";

export interface Topic {
  readonly name: string;
  /** Paragraphs, one line each; lines that begin with a blank are kept as they are. */
  readonly text: () => string;
}

/** `pchat help <topic>`. */
export const topics: readonly Topic[] = [
  {
    name: "exit-codes",
    text: () =>
      [
        "Exit codes are the same in every output format:",
        "",
        ...exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`),
      ].join("\n"),
  },
  { name: "cmdlets", text: cmdletHelp },
  {
    name: "environment",
    text: () => `An option beats its variable; an empty variable counts as unset.

  PCHAT_STORE   file that holds the store (--store; without both ./pchat.json)
  PCHAT_POOL    pool that narrows bare names (--pool)
  PCHAT_AS      user to act as (--as): a simulation of roles, not security
  PCHAT_REASON  why a change is made, for the journal (--reason)
  PCHAT_ACTOR   who is responsible for changes, for the journal, where the account is shared
  PCHAT_DEBUG   with -o json, shows where a defect of pchat itself happened
  CI            when set, nothing is ever asked (as --no-input)
  NO_COLOR, FORCE_COLOR, TERM=dumb
                colour, per stream; --color decides where given`,
  },
  {
    name: "output",
    text: () => `stdout carries data and nothing else; questions, summaries, consequences, warnings and errors go to stderr.

  table   the default; a long list in a cell is cut after three entries, with the number of the rest
  list    one property a line, everything in full
  json    an array of objects, [] when there is none; a write gives one object:
          { changed, dryRun, serial, changes, effects, warnings }
  ndjson  one object a line
  yaml    the same values as json
  csv     a header, then one line an object; entries of a list are joined by |
  name    identities, one a line, to be read by another command's - argument
  none    nothing

--fields a,b chooses columns, --sort [-]field orders rows.

Under -o json stderr holds at most one line, { "error": { code, message, hint, details, exitCode } }.

A write's changes are [{ action: created|updated|removed|unchanged, kind, identity, before, after }], and its effects are people: [{ user, room, gains, loses }]. All of them are there, written as they are found. For people, more than twenty lines of consequences are counted by room.

Control characters, and marks that turn the direction of text, are shown escaped in tables, lists and messages.`,
  },
  {
    name: "principals",
    text: () => `People, groups, containers and domains are named by any of

  sip:ana@litwareinc.com             SIP address
  ana@litwareinc.com                 SIP address without its scheme, else user principal name
  'LITWAREINC\\ana'                   logon name
  'Ana Myer'                         display name
  'CN=Ana Myer,OU=IT,DC=litwareinc,DC=com'
                                     distinguished name; case, escapes and blanks after commas do not matter
  litwareinc.com                     AD domain, or DC=litwareinc,DC=com

They are looked up in the directory that import-directory read, and kept as sip: addresses (users), distinguished names (groups and containers) and DNS names (domains). Where several answer to a word the command stops and lists each; user: or group: before a word decides between kinds.

An allowed or denied entry covers a user when it is the user, a group that the user is in (however deep, the primary group included), a container above the user, or the user's own AD domain. A container does not cover the members of groups that lie in it. A group may be used when it is listed, in a listed group, or lies in a listed container or domain. Denied beats allowed.

Members, managers, presenters and creators must be covered by the category's allowed members and by none of its denied members. Without a directory that is decided as far as the words tell; otherwise the entry is accepted with a warning, or refused with --strict.`,
  },
  {
    name: "quoting",
    text: () => `Identities hold a backslash, and names hold blanks.

bash, zsh and other POSIX shells eat an unquoted backslash: pool\\X arrives as poolX. Use single quotes, or a slash, which pchat takes after the name of a pool:

  pchat get-room 'pchat.litwareinc.com\\Help Desk'
  pchat get-room 'pchat.litwareinc.com/Help Desk'
  pchat get-room 'Help Desk'                          where the name is unique

An unquoted $false or $true is the value of a variable there, which is nothing: write --disabled true, or '$true'.

PowerShell keeps backslashes; single quotes are doubled inside single quotes:

  pchat get-room pchat.litwareinc.com\\HelpDesk
  pchat new-room 'Ana''s room' --category IT

Distinguished names hold commas and backslashes. Nothing is split at commas, so one pair of quotes does; an option that takes several values is given several times:

  --allowed-members 'OU=IT,DC=litwareinc,DC=com' --allowed-members 'CN=Market Data\\, Europe,OU=Distribution Groups,DC=litwareinc,DC=com'

A value that begins with a dash goes behind an equals sign (--description='-new-'), and a name that does comes after --.`,
  },
  {
    name: "completion",
    text: () => `The Tab key completes commands, options and their values, and the names of rooms, categories, policies, pools and people of the store that the line means. Teach it to your shell once:

  bash         pchat completion bash > ~/.local/share/bash-completion/completions/pchat
               or, in ~/.bashrc:  source <(pchat completion bash)
  zsh          pchat completion zsh > "\${fpath[1]}/_pchat"
               or, in ~/.zshrc after compinit:  source <(pchat completion zsh)
  fish         pchat completion fish > ~/.config/fish/completions/pchat.fish
  PowerShell   pchat completion powershell | Out-String | Invoke-Expression
               the same in the file that $PROFILE names keeps it

Names with blanks and backslashes are quoted as the shell needs them. Nothing is written, and no server is asked. Of a very large directory only the first part is looked at: whoever is not offered can be named all the same.`,
  },
  {
    name: "prompt",
    text: () => `At a terminal pchat asks for what a command needs and was not given, and for nothing else. Questions go to stderr, so that the result can go to a file. With CI set, with --no-input, or without a terminal nothing is ever asked: a form or an unanswered confirmation ends with exit code 6, a missing value with 2, naming the options.

  pchat set-room                     find the room by typing, then change it in a form
  pchat set-room 'Help Desk'         the form of one room
  pchat new-room                     asks for name and category
  pchat grant-policy                 asks for users and policy

Typing in a list narrows it: parts of the name, the description or the category, in any order, with or without accents, a slip in each word allowed. In lists of people whoever the category does not cover is marked with a cross, and refused with the reason and the command that would allow it.

A form ends with what changes, people included: then save, edit again, or leave. Afterwards the command line that does the same is told. Ctrl-C at any question leaves the store as it was (exit code 130).

Removing objects asks, and where people lose something by it, or it is many objects or messages, wants a name typed in the place of a yes; --yes answers that too. An exact list that drops somebody asks; --remove-… and --clear-… say what they do, and are done.`,
  },
];
