import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const helpDesk = "pchat.litwareinc.com\\Help Desk";
const network = "pchat.litwareinc.com\\Network";
const env = { NO_COLOR: "1" };
const gone = `\`sip:kenmyer@litwareinc.com\` can no longer find \`${network}\`\n`;
const question = `remove room \`${network}\`, and with it the entries of \`sip:anamyer@litwareinc.com\`?`;

describe("remove-room", () => {
  test("removes a room, and says from whom", async () => {
    const made = await deployed();
    expect(await made.json("remove-room network --yes")).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [
        {
          action: "removed",
          kind: "room",
          identity: network,
          before: {
            identity: network,
            name: "Network",
            description: "Lines and switches",
            category: "IT",
            disabled: false,
            type: "Normal",
            privacy: "Closed",
            invitations: "Inherit",
            addin: null,
            members: ["sip:anamyer@litwareinc.com"],
            managers: ["sip:anamyer@litwareinc.com"],
            presenters: [],
          },
          after: null,
        },
      ],
      effects: [{ user: "sip:kenmyer@litwareinc.com", room: network, gains: [], loses: ["find"] }],
      warnings: [],
    });
    expect(await made.pchat("get-room -o name")).toMatchObject({ stdout: `${helpDesk}\n` });
  });

  test("removes many in one serial, each once", async () => {
    const made = await deployed();
    const { stderr, ...rest } = await tried(
      made,
      "remove-room Network 'Help Desk' pchat.litwareinc.com/network --yes",
    );
    expect(rest).toEqual({ exitCode: 0, stdout: "", wrote: true });
    expect(stderr.split("\n")[0]).toBe("removed 2 rooms (serial 12)");
    expect(await made.json("get-room")).toEqual([]);
  });

  test("removes what a pipe names", async () => {
    const made = await deployed();
    expect(await tried(made, "get-room --filter 'n*' -o name | remove-room - --yes -q")).toEqual(
      done("", ""),
    );
    expect(await made.pchat("get-room -o name")).toMatchObject({ stdout: `${helpDesk}\n` });
  });

  test("has nothing to do where stdin is empty", async () => {
    expect(await tried(await deployed(), "remove-room -", { stdin: "\n" })).toEqual(unchanged("", ""));
  });

  test("removes nothing with --what-if", async () => {
    expect(await tried(await deployed(), "remove-room Network --what-if")).toEqual(
      unchanged("", `would remove room \`${network}\` (nothing was written)\n${gone}`),
    );
  });

  test("lets the name be used again", async () => {
    const made = await deployed();
    await made.pchat("remove-room Network --yes");
    expect((await made.pchat("new-category Network")).exitCode).toBe(0);
  });
});

describe("remove-room asks", () => {
  test("and cannot without a terminal", async () => {
    expect(await tried(await deployed(), "remove-room Network")).toEqual(
      refused(
        6,
        `${gone}error: \`remove-room\` needs a yes: ${question}\n` +
          "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
      ),
    );
  });

  test("for the name to be typed where people lose something, and removes then", async () => {
    expect(await tried(await deployed(), "remove-room Network", { answers: ["Network"], env })).toEqual(
      done(
        "",
        `${gone}? ${question} Type Network to go on:\nremoved room \`${network}\` (serial 12)\n${gone}`,
      ),
    );
  });

  test.each(["", "network", "Help Desk"])("and removes nothing for %j", async (answer) => {
    expect(await tried(await deployed(), "remove-room Network", { answers: [answer], env })).toEqual(
      refused(6, `${gone}? ${question} Type Network to go on:\nerror: declined; nothing was written\n`),
    );
  });

  test("once for many rooms that nobody is in, and for their number to be typed", async () => {
    const made = await deployed();
    const names = ["A", "B", "C", "D"].map((name) => `pchat.litwareinc.com\\${name}`);
    for (const name of ["A", "B", "C", "D"]) await made.pchat(`new-room ${name} --category Empty -q`);
    const listed = names.map((name) => `\`${name}\``);
    expect(await tried(made, "remove-room A B C", { answers: [false], env })).toEqual(
      refused(
        6,
        `? remove 3 rooms: ${listed.slice(0, 3).join(", ")}?\nerror: declined; nothing was written\n`,
      ),
    );
    expect(await tried(made, "remove-room A B C D -o none", { answers: ["remove 4"], env })).toEqual(
      done(
        "",
        `? remove 4 rooms: ${listed.join(", ")}? Type remove 4 to go on:\nremoved 4 rooms (serial 16)\n`,
      ),
    );
  });

  test("and --force is no answer", async () => {
    expect((await tried(await deployed(), "remove-room Network --force")).exitCode).toBe(6);
  });
});

describe("remove-room on a room that is not there", () => {
  test("refuses, and removes none of the others", async () => {
    expect(await tried(await deployed(), "remove-room Network Netwrk --yes")).toEqual(
      refused(
        3,
        "error: there is no room `Netwrk`\nhint: did you mean `Network`?\nhint: see them all: pchat get-room\n",
      ),
    );
  });

  test("does not mind with --if-exists, and asks nothing", async () => {
    expect(await tried(await deployed(), "remove-room Nope --if-exists")).toEqual(
      unchanged("", "unchanged: room `Nope` (still at serial 11)\n"),
    );
  });

  test("removes the others with --if-exists", async () => {
    expect(await tried(await deployed(), "remove-room Nope Network --if-exists --yes")).toEqual(
      done("", `unchanged: room \`Nope\`, removed room \`${network}\` (serial 12)\n${gone}`),
    );
  });

  test("still refuses a name that two rooms have", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    await made.pchat("new-category All --pool two.litwareinc.com");
    await made.pchat("new-room Network --category All");
    expect(await tried(made, "remove-room Network --if-exists --yes")).toEqual(
      refused(
        4,
        "error: 2 rooms are named `Network`: `pchat.litwareinc.com\\Network`, `two.litwareinc.com\\Network`\n" +
          "hint: name one in full, or add --pool\n",
      ),
    );
  });
});
