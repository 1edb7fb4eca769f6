import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import process from "node:process";
import { isInstalled } from "./measure.ts";

/** What the peers are told of the deployment: the store's file, and the room and the user of the run. */
interface Subject {
  readonly file: string;
  readonly room: string;
  readonly user: string;
}

interface Task {
  readonly name: string;
  readonly isList?: boolean;
  readonly argv: (subject: Subject) => readonly string[];
}

/** A program that does the same job on the same file, without checking anything. */
export interface Peer {
  readonly isPresent: boolean;
  /** Makes what the tasks need beside the store's file; not timed. */
  readonly prepare?: (cwd: string, file: string) => void;
  readonly tasks: readonly Task[];
}

const nodeScript = (code: string, words: readonly string[]): readonly string[] => [
  process.execPath,
  "-e",
  code,
  ...words,
];

/** The module, where somebody installed it beside this project or named its folder in NODE_PATH. */
function findSqlite(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("better-sqlite3");
  } catch {
    return undefined;
  }
}

const sqlite = findSqlite();

const sqliteLoad = `
const [library, file] = process.argv.slice(1);
const db = new (require(library))(file + ".sqlite");
db.exec("CREATE TABLE rooms (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE COLLATE NOCASE, room TEXT NOT NULL)");
db.exec("CREATE TABLE members (room INTEGER NOT NULL, principal TEXT NOT NULL COLLATE NOCASE, PRIMARY KEY (room, principal)) WITHOUT ROWID");
const room = db.prepare("INSERT INTO rooms VALUES (?, ?, ?)");
const member = db.prepare("INSERT OR IGNORE INTO members VALUES (?, ?)");
db.transaction(() => {
  for (const { members, ...each } of JSON.parse(require("fs").readFileSync(file, "utf8")).rooms) {
    room.run(each.id, each.identity, JSON.stringify(each));
    for (const principal of members) member.run(each.id, principal);
  }
})();
`;

const sqliteDo = `
const [library, file, task, identity, user] = process.argv.slice(1);
const db = new (require(library))(file + ".sqlite");
const room = () => db.prepare("SELECT id, room FROM rooms WHERE identity = ?").get(identity);
if (task === "get") console.log(room().room);
if (task === "add") db.prepare("INSERT OR IGNORE INTO members VALUES (?, ?)").run(room().id, user);
if (task === "list") for (const each of db.prepare("SELECT identity FROM rooms ORDER BY identity").iterate()) console.log(each.identity);
`;

const pythonEdit = `
import json, os, sys
file, room, user = sys.argv[1:]
store = json.load(open(file))
for each in store["rooms"]:
    if each["identity"] == room and user not in each["members"]:
        each["members"].append(user)
with open(file + ".python3", "w") as out:
    json.dump(store, out, indent=2, ensure_ascii=False)
    out.flush()
    os.fsync(out.fileno())
`;

/** Edits go to a file of their own, so that the store stays what pchat wrote. */
export const peers: readonly Peer[] = [
  {
    isPresent: isInstalled("jq"),
    tasks: [
      {
        name: "jq: list identities",
        isList: true,
        argv: ({ file }) => ["jq", "-r", ".rooms[].identity", file],
      },
      {
        name: "jq: add a member",
        argv: ({ file, room, user }) => [
          "sh",
          "-c",
          'jq --arg room "$2" --arg user "$3" \'(.rooms[] | select(.identity == $room).members) += [$user]\' "$1" > "$1.jq"',
          "sh",
          file,
          room,
          user,
        ],
      },
    ],
  },
  {
    isPresent: isInstalled("python3"),
    tasks: [
      {
        name: "python3: add a member",
        argv: ({ file, room, user }) => ["python3", "-c", pythonEdit, file, room, user],
      },
    ],
  },
  {
    isPresent: sqlite !== undefined,
    prepare: (cwd, file) => {
      spawnSync(process.execPath, ["-e", sqliteLoad, sqlite!, file], { cwd, stdio: "inherit" });
    },
    tasks: [
      {
        name: "better-sqlite3: read a room",
        argv: ({ file, room }) => nodeScript(sqliteDo, [sqlite!, file, "get", room]),
      },
      {
        name: "better-sqlite3: add a member",
        argv: ({ file, room, user }) => nodeScript(sqliteDo, [sqlite!, file, "add", room, user]),
      },
      {
        name: "better-sqlite3: list identities",
        isList: true,
        argv: ({ file }) => nodeScript(sqliteDo, [sqlite!, file, "list"]),
      },
    ],
  },
  { isPresent: isInstalled("m365"), tasks: [{ name: "m365 version", argv: () => ["m365", "version"] }] },
];
