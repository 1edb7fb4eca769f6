import { describe, expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const legal = "pchat.litwareinc.com\\Legal";
const quiet = "-o none -q";

describe("new-category creates", () => {
  test("a category of defaults, in which nobody is allowed", async () => {
    const made = await deployed();
    expect(await made.json("new-category Legal")).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [
        {
          action: "created",
          kind: "category",
          identity: legal,
          before: null,
          after: {
            identity: legal,
            name: "Legal",
            description: null,
            invitations: false,
            fileUpload: false,
            chatHistory: true,
            allowedMembers: [],
            deniedMembers: [],
            creators: [],
            numberOfChatRooms: 0,
          },
        },
      ],
      effects: [],
      warnings: [],
    });
  });

  test("a category with every property at once", async () => {
    const made = await deployed();
    expect(
      await tried(
        made,
        "new-category 'pchat.litwareinc.com\\Legal' --description 'Law' --invitations true --file-upload '$true' --chat-history false " +
          "--allowed-members DC=litwareinc,DC=com --denied-members 'Vendor Engineers' --creators 'OU=Legal,DC=litwareinc,DC=com' " +
          "--creators 'Ken Myer' -o none",
      ),
    ).toEqual(
      done(
        "",
        `created category \`${legal}\` (serial 12)\n` +
          `warning: file upload is on in \`${legal}\`: Lync 2013 clients ignore it\n`,
      ),
    );
    expect(await made.json("get-category Legal")).toEqual([
      {
        identity: legal,
        name: "Legal",
        description: "Law",
        invitations: true,
        fileUpload: true,
        chatHistory: false,
        allowedMembers: ["litwareinc.com"],
        deniedMembers: ["CN=Vendor Engineers,OU=Contractors,DC=litwareinc,DC=com"],
        creators: ["OU=Legal,DC=litwareinc,DC=com", "sip:kenmyer@litwareinc.com"],
        numberOfChatRooms: 0,
      },
    ]);
  });

  test("and takes lists from a file", async () => {
    const made = await deployed();
    const stdin = "OU=Legal,DC=litwareinc,DC=com\n\nKen Myer\n";
    expect(await tried(made, `new-category Legal --allowed-members-file - ${quiet}`, { stdin })).toEqual(
      done("", ""),
    );
    expect(await made.json("get-category Legal --fields allowedMembers")).toEqual([
      { allowedMembers: ["OU=Legal,DC=litwareinc,DC=com", "sip:kenmyer@litwareinc.com"] },
    ]);
  });

  test("nothing with --what-if, whose output is that of the real run", async () => {
    const made = await deployed();
    const line = "new-category Legal --allowed-members litwareinc.com --file-upload true";
    const preview = await tried(made, `${line} --what-if`);
    const real = await tried(made, line);
    expect(preview).toEqual(
      unchanged(
        real.stdout,
        `would create category \`${legal}\` (nothing was written)\n` +
          `warning: file upload is on in \`${legal}\`: Lync 2013 clients ignore it\n`,
      ),
    );
  });
});

describe("new-category refuses", () => {
  test.each([
    [
      "a name that a category has",
      "new-category trading",
      4,
      "error: category `pchat.litwareinc.com\\Trading` exists already\n" +
        "hint: change it with set-category, or add --if-not-exists to take it as it is\n",
    ],
    [
      "a room's name",
      "new-category 'help desk' --if-not-exists",
      4,
      "error: room `pchat.litwareinc.com\\Help Desk` has that name, and a room may not bear a category's name\n" +
        "hint: choose another name\n",
    ],
    [
      "a creator who is not allowed",
      "new-category Legal --allowed-members 'OU=Legal,DC=litwareinc,DC=com' --creators 'Ken Myer'",
      4,
      `error: not in scope of category \`${legal}\`: \`sip:kenmyer@litwareinc.com\` (no allowed member covers it)\n` +
        "hint: creators must be allowed: name them in --allowed-members too, and not in --denied-members\n",
    ],
    [
      "a creator in a denied group of an allowed container",
      "new-category Legal --allowed-members litwareinc.com --denied-members ChatSupportGroup --creators 'Chidi Kowalski'",
      4,
      `error: not in scope of category \`${legal}\`: \`sip:chidikowalski@litwareinc.com\` (denied by ` +
        "`CN=ChatSupportGroup,OU=IT,DC=litwareinc,DC=com` through `CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com`)\n" +
        "hint: creators must be allowed: name them in --allowed-members too, and not in --denied-members\n",
    ],
    [
      "an unknown principal",
      "new-category Legal --denied-members 'Kenn Myer'",
      3,
      "error: the directory has no `Kenn Myer`\nhint: did you mean `Ken Myer`?\n" +
        "hint: find the exact name, or import a newer export: pchat get-user --filter '*Kenn Myer*'\n",
    ],
    ["an empty name", "new-category ''", 2, "error: the name may not be empty\n"],
    [
      "a name with a control character",
      "new-category 'a\tb'",
      2,
      "error: the name may not hold control or bidirectional characters\n",
    ],
    [
      "a name of 257 characters",
      `new-category ${"x".repeat(257)}`,
      2,
      "error: the name takes at most 256 characters, not 257\n",
    ],
    [
      "a bare boolean",
      "new-category Legal --file-upload",
      2,
      "error: `--file-upload` takes a value\nhint: write --file-upload true or --file-upload false; an unquoted $false is nothing at all in bash\n",
    ],
    [
      "no name",
      "new-category",
      2,
      "error: `new-category` needs a <name>\nhint: name: name of the category, alone or as pool\\name; see: pchat new-category --help\n",
    ],
  ])("%s, and writes nothing", async (_, line, exitCode, stderr) => {
    expect(await tried(await deployed(), line)).toEqual(refused(exitCode, stderr));
  });

  test("no pool where there are two, until --pool or PCHAT_POOL names one", async () => {
    const made = await deployed();
    await made.pchat("new-pool two.litwareinc.com");
    expect(await tried(made, "new-category IT")).toEqual(
      refused(
        2,
        "error: there are 2 pools, and none was named\n" +
          "hint: add --pool with one of `pchat.litwareinc.com`, `two.litwareinc.com`\n",
      ),
    );
    expect(await tried(made, "new-category IT --pool two.litwareinc.com -q -o name")).toEqual(
      done("two.litwareinc.com\\IT\n", ""),
    );
    const env = { PCHAT_POOL: "two.litwareinc.com" };
    expect(await tried(made, "new-category Legal -q -o name", { env })).toEqual(
      done("two.litwareinc.com\\Legal\n", ""),
    );
  });
});

describe("new-category --if-not-exists", () => {
  test("takes a category as it is", async () => {
    expect(
      await tried(
        await deployed(),
        "new-category it --if-not-exists --allowed-members 'ou=it, dc=litwareinc, dc=com' " +
          "--denied-members 'HelpDesk Tier 2' --creators 'Room Managers' -o name",
      ),
    ).toEqual(
      unchanged(
        "pchat.litwareinc.com\\IT\n",
        "unchanged: category `pchat.litwareinc.com\\IT` (still at serial 11)\n",
      ),
    );
  });

  test("names what differs in a warning", async () => {
    expect(
      await tried(
        await deployed(),
        "new-category IT --if-not-exists --description Other --chat-history false --denied-members 'Ken Myer' -o name",
      ),
    ).toEqual(
      unchanged(
        "pchat.litwareinc.com\\IT\n",
        "unchanged: category `pchat.litwareinc.com\\IT` (still at serial 11)\n" +
          "warning: category `pchat.litwareinc.com\\IT` exists already and differs in `description`, `chat-history`, `denied-members`\n",
      ),
    );
  });
});
