import { type Person, personOf } from "./access.ts";
import { DomainError, type Hint } from "./errors.ts";
import { nameOfUser } from "./find-users.ts";
import { findInPool, type Naming, poolForNew } from "./identity.ts";
import { judgeAccess } from "./message-access.ts";
import type { Room } from "./nouns/room.ts";
import { isSitePolicy } from "./policy-resolution.ts";
import type { State } from "./state.ts";
import { fold } from "./text.ts";

/** Who would send a message to whom, in which pool and room. */
export interface SyntheticMessage extends Naming {
  readonly sender: string;
  readonly receiver: string;
  /** Any room of the pool that suits both, where none is named. */
  readonly room?: string | undefined;
}

/** Why a message would not get through, for scripts. */
export type Diagnosis =
  | "no-room"
  | "no-enabling-policy"
  | "not-enabled-for-sip"
  | "access-denied"
  | "access-unknown";

interface Fault {
  readonly diagnosis: Diagnosis;
  readonly message: string;
  readonly hints: readonly Hint[];
}

/** What Test-CsPersistentChatMessage would come to, as far as the model can tell: no server is asked. */
export interface SyntheticResult {
  readonly targetFqdn: string;
  readonly result: "Success" | "Failure";
  /** All that is wrong, in words; empty upon success. */
  readonly errorMessage: string;
  readonly diagnosis: readonly Diagnosis[];
  readonly sender: string;
  readonly receiver: string;
  /** The room that the message would be sent in; null where there is none. */
  readonly room: string | null;
  readonly hints: readonly Hint[];
}

/**
 * Whether a user could send a message that another reads (semantics: test message). It fails without a room, and
 * where either user has no enabling policy; which of them it is, or both, is told. Throws `not-found` and what
 * resolving users throws, `invalid-value` for one user in both parts.
 */
export function testMessage(state: State, request: SyntheticMessage): SyntheticResult {
  const pool = poolForNew(state, { pool: undefined, name: "" }, request).fqdn;
  const people = [request.sender, request.receiver].map((word) => personOf(state, nameOfUser(state, word)));
  const [sender, receiver] = people as [Person, Person];
  if (fold(sender.user) === fold(receiver.user)) throw samePerson(sender.user);
  const rooms = candidates(state, pool, request.room);
  const faults = [...noRoom(pool, rooms), ...people.flatMap((person) => participation(state, person))];
  const judged = faults.length > 0 ? { faults } : exchange(state, sender.user, receiver.user, rooms, pool);
  const room = "room" in judged ? judged.room : request.room === undefined ? undefined : rooms[0];
  return {
    targetFqdn: pool,
    result: judged.faults.length === 0 ? "Success" : "Failure",
    errorMessage: judged.faults.map(({ message }) => message).join("; "),
    diagnosis: [...new Set(judged.faults.map(({ diagnosis }) => diagnosis))],
    sender: sender.user,
    receiver: receiver.user,
    room: room?.identity ?? null,
    hints: judged.faults.flatMap(({ hints }) => hints),
  };
}

function candidates(state: State, pool: string, word: string | undefined): readonly Room[] {
  if (word !== undefined) return [findInPool(state, "rooms", word, { pool })];
  return [...state.lookup("rooms", "pool", fold(pool))];
}

function noRoom(pool: string, rooms: readonly Room[]): Fault[] {
  if (rooms.length > 0) return [];
  const hint = {
    say: "make a room in one of the pool's categories; see them with",
    commands: [["get-category", "--pool", pool]],
  };
  return [{ diagnosis: "no-room", message: `pool \`${pool}\` has no room`, hints: [hint] }];
}

/** What keeps a person from taking part in any room. */
function participation(state: State, person: Person): Fault[] {
  const { user, sip, policy } = person;
  if (sip !== "enabled" && sip !== "no-directory") {
    const message = `\`${user}\` is not enabled for SIP`;
    return [{ diagnosis: "not-enabled-for-sip", message, hints: [] }];
  }
  if (policy.enabled === "yes") return [];
  if (policy.enabled === "unknown") {
    const message = `the site of \`${user}\` is not known, and with it the policy`;
    return [{ diagnosis: "access-unknown", message, hints: [] }];
  }
  const message = `no policy enables \`${user}\`: \`${policy.policy?.identity ?? "Global"}\` applies, which does not`;
  return [{ diagnosis: "no-enabling-policy", message, hints: [policyHint(state, user)] }];
}

function policyHint(state: State, user: string): Hint {
  for (const { identity, enablePersistentChat } of state.all("policies")) {
    if (!enablePersistentChat || identity === "Global" || isSitePolicy(identity)) continue;
    return { say: "grant one that does", commands: [["grant-policy", user, "--policy", identity]] };
  }
  return {
    say: "make one that does, and grant it",
    commands: [
      ["new-policy", "ChatUsers", "--enable-persistent-chat", "true"],
      ["grant-policy", user, "--policy", "ChatUsers"],
    ],
  };
}

/** The first room in which one may post and the other read; else why there is none. */
function exchange(
  state: State,
  sender: string,
  receiver: string,
  rooms: readonly Room[],
  pool: string,
): { readonly faults: readonly Fault[]; readonly room?: Room } {
  let unknown = false;
  for (const room of rooms) {
    const decisions = partsOf(sender, receiver).map(
      ({ user, action }) => judgeAccess(state, user, action, room).decision,
    );
    if (decisions.every((decision) => decision === "allow")) return { faults: [], room };
    if (!decisions.includes("deny")) unknown = true;
  }
  const [only, ...others] = rooms;
  if (others.length === 0) return { faults: faultsIn(state, sender, receiver, only!), room: only! };
  const message = unknown
    ? `without a directory it cannot be told whether a room of pool \`${pool}\` lets \`${sender}\` post and \`${receiver}\` read`
    : `none of the ${rooms.length} rooms of pool \`${pool}\` lets \`${sender}\` post and \`${receiver}\` read`;
  const hint = {
    say: "name a room that should with --chat-room-uri, to see what is missing there",
    commands: [],
  };
  return { faults: [{ diagnosis: unknown ? "access-unknown" : "access-denied", message, hints: [hint] }] };
}

const partsOf = (sender: string, receiver: string) =>
  [
    { user: sender, action: "post" },
    { user: receiver, action: "read" },
  ] as const;

function faultsIn(state: State, sender: string, receiver: string, room: Room): Fault[] {
  return partsOf(sender, receiver).flatMap(({ user, action }): Fault[] => {
    const { decision, because } = judgeAccess(state, user, action, room);
    if (decision === "allow") return [];
    const commands = [["test-access", user, room.identity, "--action", action]];
    const hints = [{ say: "see what would change it with", commands }];
    return decision === "deny"
      ? [
          {
            diagnosis: "access-denied",
            message: `\`${user}\` may not ${action} in \`${room.identity}\` (${because})`,
            hints,
          },
        ]
      : [
          {
            diagnosis: "access-unknown",
            message: `without a directory it cannot be told whether \`${user}\` may ${action} in \`${room.identity}\``,
            hints,
          },
        ];
  });
}

function samePerson(user: string): DomainError {
  return new DomainError("invalid-value", `sender and receiver are both \`${user}\``, {
    hint: { say: "name two users" },
  });
}
