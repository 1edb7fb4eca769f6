import { describe, expect, test } from "vitest";
import type { Bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";
import { refused, type Tried, tried, unchanged } from "../support/tried.ts";

const env = { NO_COLOR: "1" };
const importing = (made: Bench, lines: readonly string[], options = ""): Promise<Tried> =>
  tried(made, `import-grant - ${options}`, { env, stdin: `${lines.join("\n")}\n` });
const granted = async (made: Bench): Promise<unknown[]> =>
  ((await made.json("get-user --policy RedmondUsers --fields sipAddress")) as { sipAddress: string }[]).map(
    ({ sipAddress }) => sipAddress,
  );

describe("import-grant", () => {
  test("gives, leaves and takes away", async () => {
    const made = await deployed();
    const lines = [
      "user,policy",
      "Ana Myer,tag:redmondusers",
      "sip:mariasato@litwareinc.com,",
      "Ken Myer,$null",
    ];
    expect((await importing(made, lines, "-o csv -q")).stdout).toBe(
      "row,action,kind,identity\n2,created,grant,sip:anamyer@litwareinc.com\n4,removed,grant,sip:kenmyer@litwareinc.com\n",
    );
    expect(await granted(made)).toEqual(["sip:anamyer@litwareinc.com"]);
  });

  test("what get-user and grant-policy say changes nothing", async () => {
    const made = await deployed();
    for (const line of ["get-user -o csv", "grant-policy 'Ken Myer' --policy RedmondUsers -o csv -q"]) {
      const { stdout } = await made.pchat(line);
      expect(await tried(made, "import-grant - -o name", { env, stdin: stdout })).toEqual(
        unchanged(
          "sip:kenmyer@litwareinc.com\n",
          "unchanged: grant `sip:kenmyer@litwareinc.com` (still at serial 11)\n",
        ),
      );
    }
  });

  test("an edited file of get-user grants", async () => {
    const made = await deployed();
    const { stdout } = await made.pchat("get-user 'Ana Myer' 'María Sato' -o csv");
    const stdin = stdout.replace(/Global/, "RedmondUsers");
    expect((await tried(made, "import-grant - -q -o name", { env, stdin })).stdout).toBe(
      "sip:anamyer@litwareinc.com\n",
    );
  });

  test("an edited file of get-user grants whose policies contradict each other is refused", async () => {
    const made = await deployed();
    await made.pchat("new-policy Others");
    const { stdout } = await made.pchat("get-user 'Ken Myer' --fields identity,policy,grantedPolicy -o csv");
    const stdin = stdout.replace(/RedmondUsers/, "Others");
    expect(await tried(made, "import-grant -", { env, stdin })).toEqual(
      refused(
        2,
        "error: stdin row 2: `policy` is `Others` and `grantedPolicy` is `RedmondUsers`: which is meant?\n" +
          "hint: edit grantedPolicy; policy is only what follows from it\n",
      ),
    );
  });
});

test("rows that fail are named with their columns", async () => {
  const lines = [
    "User;Policy",
    "Ana Mier;RedmondUser",
    "Ana Myer;Global",
    ";RedmondUsers",
    "Ken Myer;RedmondUsers",
    "kenmyer@litwareinc.com;RedmondUsers",
  ];
  const { stderr, ...rest } = await importing(await deployed(), lines);
  expect(rest).toEqual({ exitCode: 3, stdout: "", wrote: false });
  expect(stderr.match(/^error: .*$/gm)).toEqual([
    "error: stdin row 2: `User`: the directory has no `Ana Mier`; `Policy`: there is no policy `RedmondUser`",
    "error: stdin row 3: `Global` is not granted: it applies by itself",
    "error: stdin row 4: `User`: it needs a user",
    "error: stdin row 6: it is about `sip:kenmyer@litwareinc.com`, and so is row 5",
  ]);
});

test.each([
  [["user"], "a column `policy` is missing"],
  [["policy"], "a column `user` is missing"],
])("a file without a column that is needed is refused: %j", async (header, message) => {
  expect((await importing(await deployed(), [header.join(",")])).stderr).toContain(message);
  expect(await importing(await deployed(), [header.join(",")])).toMatchObject({ exitCode: 2, wrote: false });
});

test("--continue-on-error keeps the good rows", async () => {
  const made = await deployed();
  const run = await importing(
    made,
    ["user,policy", "Ana Myer,RedmondUsers", "Nobody,RedmondUsers"],
    "--continue-on-error -q",
  );
  expect([run.exitCode, run.wrote, await granted(made)]).toEqual([
    7,
    true,
    ["sip:anamyer@litwareinc.com", "sip:kenmyer@litwareinc.com"],
  ]);
});

test("under --as a row that the role does not allow is named", async () => {
  const made = await deployed();
  const { exitCode, stderr } = await importing(
    made,
    ["user,policy", "Ana Myer,RedmondUsers"],
    "--as 'Ken Myer'",
  );
  expect({ exitCode, first: stderr.split("\n")[0] }).toEqual({
    exitCode: 4,
    first:
      "error: stdin row 2: `sip:kenmyer@litwareinc.com` may not do that: creating grant `sip:anamyer@litwareinc.com` is an administrator's",
  });
});
