import { booleanValue, choiceOf, defineCommand, integerValue, value } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import { DomainError } from "../src/core/errors.ts";
import { testMessage } from "../src/core/synthetic-message.ts";
import { syntheticRow, syntheticView } from "../src/output/message-view.ts";

const notUsed = "understood and not used, since nobody signs in to a model";

export default defineCommand({
  summary: "tell whether a message between two users would get through, and if not, what is missing",
  group: "messages",
  cmdlet: "Test-CsPersistentChatMessage",
  options: {
    "sender-sip-address": value("user who would send the message", { placeholder: "user" }),
    "receiver-sip-address": value("user who would read it", { placeholder: "user" }),
    "target-fqdn": value("pool to test (default the only one)", { placeholder: "fqdn" }),
    "chat-room-uri": value("room to test in (default any that suits both)", {
      placeholder: "room",
      aliases: ["chat-room-identity"],
    }),
    setup: booleanValue("take the two test users for sender and receiver; nothing is made (default false)"),
    "test-user1-sip-address": value("first test user, with --setup true", { placeholder: "user" }),
    "test-user2-sip-address": value("second test user, with --setup true", { placeholder: "user" }),
    authentication: choiceOf(["TrustedServer", "Negotiate", "ClientCertificate", "LiveID"], notUsed),
    "sender-credential": value(notUsed, { placeholder: "credential", isPrivate: true }),
    "receiver-credential": value(notUsed, { placeholder: "credential", isPrivate: true }),
    "registrar-port": integerValue(notUsed, { minimum: 1, maximum: 65535 }),
    "out-logger-variable": value(notUsed, { placeholder: "name" }),
    "out-verbose-variable": value(notUsed, { placeholder: "name" }),
  },
  examples: [
    {
      line: "pchat test-message --sender-sip-address 'Ken Myer' --receiver-sip-address 'Ana Myer'",
      does: "would a message get through, in any room of the only pool",
      exitCode: exitCode.verdict,
    },
  ],
  notes: [
    "No server is contacted and nothing is written: the answer is the model's, which Simulated says. It therefore has no latency. Result is Success or Failure; Diagnosis is no-room, no-enabling-policy, not-enabled-for-sip, access-denied or access-unknown, or several of them.",
    "Ends with exit code 0 upon success, and 10 upon failure.",
  ],
  check: ({ options }) => {
    const missing = named(options)
      .filter(([, word]) => word === undefined)
      .map(([option]) => option);
    if (missing.length === 0) return;
    const needed = missing.map((option) => `\`${option}\``).join(" and ");
    throw new DomainError("missing-value", `\`test-message\` needs ${needed}`, {
      hint: { say: "see how it is used", commands: [["test-message", "--help"]] },
      details: { missing },
    });
  },
  read: (state, { pool, options }) => {
    const [[, sender], [, receiver]] = named(options);
    const { hints, ...result } = testMessage(state, {
      pool: options["target-fqdn"] ?? pool,
      sender: sender!,
      receiver: receiver!,
      room: options["chat-room-uri"],
    });
    return {
      view: syntheticView,
      rows: [syntheticRow(result)],
      hints,
      exitCode: result.result === "Success" ? exitCode.done : exitCode.verdict,
    };
  },
});

type Word = string | undefined;

/** The options that name the two users, with what they say; the test users of a set-up stand in for both. */
function named(options: Readonly<Record<string, unknown>>) {
  const pair = (key: string, testUser: string): readonly [string, Word] =>
    options["setup"] === true && options[key] === undefined
      ? [`--${testUser}`, options[testUser] as Word]
      : [`--${key}`, options[key] as Word];
  return [
    pair("sender-sip-address", "test-user1-sip-address"),
    pair("receiver-sip-address", "test-user2-sip-address"),
  ] as const;
}
