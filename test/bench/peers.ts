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
  readonly program: string;
  readonly tasks: readonly Task[];
}

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
    program: "jq",
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
    program: "python3",
    tasks: [
      {
        name: "python3: add a member",
        argv: ({ file, room, user }) => ["python3", "-c", pythonEdit, file, room, user],
      },
    ],
  },
  { program: "m365", tasks: [{ name: "m365 version", argv: () => ["m365", "version"] }] },
];
