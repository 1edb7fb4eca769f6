/** Both kinds of settings answer to the same four verbs in the same way: what holds for each, said once. */
import { expect, test } from "vitest";
import { poolScope, type SettingsKind, withPools, withSettings } from "./settings.ts";
import { done, refused, tried, unchanged } from "./tried.ts";

interface Changes {
  readonly changes: readonly {
    readonly action: string;
    readonly kind: string;
    readonly identity: string;
    readonly before: Record<string, unknown> | null;
    readonly after: Record<string, unknown> | null;
  }[];
}

export function testsOfNew({ kind, one, option, field, values, initial }: SettingsKind): void {
  test.each([
    ["site:redmond", "site:Redmond"],
    [poolScope, poolScope],
    ["service:PCHAT.contoso.com", poolScope],
    ["PersistentChatServer:pchat.contoso.com", poolScope],
  ])("creates them for %s, in one spelling", async (word, identity) => {
    const made = await withPools();
    const { changes } = (await made.json(`new-${kind} ${word} ${option} ${values[0]}`)) as Changes;
    expect(changes).toEqual([
      {
        action: "created",
        kind,
        identity,
        before: null,
        after: expect.objectContaining({ identity, [field]: values[0] }),
      },
    ]);
    expect(await made.json(`get-${kind} ${word}`)).toEqual([changes[0]!.after]);
  });

  test("what is not said has its default", async () => {
    const made = await withPools();
    const { changes } = (await made.json(`new-${kind} site:Redmond`)) as Changes;
    const [global] = (await made.json(`get-${kind} Global`)) as Record<string, unknown>[];
    expect(global![field]).toBe(initial);
    expect(changes[0]!.after).toEqual({ ...global, identity: "site:Redmond" });
  });

  test("--if-not-exists takes them as they are, and warns of what differs", async () => {
    const made = await withSettings({ kind, one, option, field, values, initial } as SettingsKind);
    expect(
      await tried(made, `new-${kind} site:Redmond ${option} ${values[1]} --if-not-exists -o name`),
    ).toEqual(
      unchanged(
        "site:Redmond\n",
        `unchanged: ${one} \`site:Redmond\` (still at serial 5)\n` +
          `warning: ${one} \`site:Redmond\` exists already and differs in \`${option.slice(2)}\`\n`,
      ),
    );
  });

  test("--what-if keeps nothing, and prints what the real run does", async () => {
    const made = await withPools();
    const line = `new-${kind} site:Redmond ${option} ${values[0]} -o csv`;
    const preview = await tried(made, `${line} --what-if`);
    const real = await tried(made, line);
    expect(preview).toEqual(
      unchanged(real.stdout, `would create ${one} \`site:Redmond\` (nothing was written)\n`),
    );
    expect(real.wrote).toBe(true);
  });

  test.each([
    [
      "Global, which is there from the start",
      "GLOBAL",
      4,
      `error: ${one} \`Global\` exists already\n` +
        `hint: change it with set-${kind}, or add --if-not-exists to take it as it is\n`,
    ],
    [
      "what exists",
      "SITE:redmond",
      4,
      `error: ${one} \`site:Redmond\` exists already\n` +
        `hint: change it with set-${kind}, or add --if-not-exists to take it as it is\n`,
    ],
    [
      "an unknown site",
      "site:Redmont",
      3,
      "error: there is no site `Redmont`\nhint: did you mean `Redmond`?\nhint: declare it first: pchat new-site Redmont\n",
    ],
    [
      "an unknown pool",
      "service:PersistentChatServer:p3.contoso.com",
      3,
      "error: there is no pool `p3.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
    ],
    [
      "a name of their own",
      "Redmond",
      2,
      `error: a ${one} has no name of its own: \`Redmond\`\n` +
        "hint: use `Global`, `site:<name>` or `service:PersistentChatServer:<fqdn>`\n",
    ],
  ])("refuses %s, and writes nothing", async (_, word, exitCode, stderr) => {
    const made = await withSettings({ kind, one, option, field, values, initial } as SettingsKind);
    expect(await tried(made, `new-${kind} ${word}`)).toEqual(refused(exitCode, stderr));
  });
}

export function testsOfSet(settings: SettingsKind): void {
  const { kind, one, option, field, values, flags } = settings;
  test("changes several at once, Global included", async () => {
    const made = await withSettings(settings);
    const { changes } = (await made.json(
      `set-${kind} global SITE:Redmond ${option} ${values[1]}`,
    )) as Changes;
    expect(changes.map(({ action, identity, after }) => [action, identity, after?.[field]])).toEqual([
      // Of compliance nothing is stored for Global until it is another than the defaults.
      [kind === "configuration" ? "updated" : "created", "Global", values[1]],
      ["updated", "site:Redmond", values[1]],
    ]);
    expect(await made.json(`get-${kind} Global site:Redmond`)).toEqual(changes.map(({ after }) => after));
  });

  test("what is so already stays, down to the bytes", async () => {
    const made = await withSettings(settings);
    expect(await tried(made, `set-${kind} site:Redmond ${option} ${values[0]} -o name`)).toEqual(
      unchanged("site:Redmond\n", `unchanged: ${one} \`site:Redmond\` (still at serial 5)\n`),
    );
  });

  test.each([
    [
      "no name: nothing means Global by default",
      `${option} ${values[0]}`,
      2,
      `error: \`set-${kind}\` needs at least one <identity>\n` +
        `hint: identity: ${kind.replace("-", " ")}s to change: Global, site:<name> or service:PersistentChatServer:<fqdn>; - reads them from stdin, one a line; see: pchat set-${kind} --help\n`,
    ],
    [
      "settings that are not there",
      `service:PersistentChatServer:p2.contoso.com ${option} ${values[0]}`,
      3,
      `error: there is no ${one} \`service:PersistentChatServer:p2.contoso.com\`\n` +
        `hint: did you mean \`${poolScope}\`?\n` +
        `hint: see them all: pchat get-${kind}\n`,
    ],
    [
      "nothing to change",
      "Global",
      6,
      `error: \`set-${kind}\` was not told what to change\n` +
        `hint: say it with ${flags}, or run it at a terminal, which asks; see all options with: pchat set-${kind} --help\n`,
    ],
  ])("refuses %s, and writes nothing", async (_, words, exitCode, stderr) => {
    expect(await tried(await withSettings(settings), `set-${kind} ${words}`)).toEqual(
      refused(exitCode, stderr),
    );
  });
}

export function testsOfGet(settings: SettingsKind): void {
  const { kind, field, values, initial } = settings;
  test("lists all, Global first", async () => {
    const made = await withSettings(settings);
    const rows = (await made.json(`get-${kind}`)) as Record<string, unknown>[];
    expect(rows.map((row) => [row["identity"], row[field]])).toEqual([
      ["Global", initial],
      ["site:Redmond", values[0]],
      [poolScope, values[1]],
    ]);
  });

  test.each([
    ["site:*", ["site:Redmond"]],
    ["service:*", [poolScope]],
    ["*PCHAT*", [poolScope]],
    ["G?obal", ["Global"]],
    ["Redmond", []],
  ])("--filter %s", async (filter, names) => {
    const made = await withSettings(settings);
    expect(await made.pchat(`get-${kind} --filter '${filter}' -o name`)).toEqual({
      exitCode: 0,
      stdout: names.map((name) => `${name}\n`).join(""),
      stderr: "",
    });
  });

  test("--effective gives each pool its own, else its site's, else Global", async () => {
    const made = await withSettings(settings);
    const effective = async (more = ""): Promise<unknown[]> => {
      const rows = (await made.json(`get-${kind} --effective ${more}`)) as Record<string, unknown>[];
      return rows.map((row) => [row["pool"], row["identity"], row[field]]);
    };
    expect(await effective()).toEqual([
      ["pchat.contoso.com", poolScope, values[1]],
      ["p2.contoso.com", "Global", initial],
    ]);
    await made.pchat(`remove-${kind} ${poolScope} --yes`);
    expect(await effective("--pool PCHAT.contoso.com")).toEqual([
      ["pchat.contoso.com", "site:Redmond", values[0]],
    ]);
    await made.pchat(`remove-${kind} site:Redmond --yes`);
    expect(await effective("--pool pchat.contoso.com")).toEqual([["pchat.contoso.com", "Global", initial]]);
  });

  test.each([
    [
      "an unknown one",
      "site:Redmont",
      3,
      `error: there is no ${settings.one} \`site:Redmont\`\n` +
        `hint: did you mean \`site:Redmond\`?\nhint: see them all: pchat get-${kind}\n`,
    ],
    [
      "--effective with a name",
      "Global --effective",
      2,
      "error: `--effective` goes with `--pool`, not with an identity or `--filter`\n" +
        `hint: see how it is used: pchat get-${kind} --help\n`,
    ],
    [
      "--effective for an unknown pool",
      "--effective --pool p9.contoso.com",
      3,
      "error: there is no pool `p9.contoso.com`\nhint: did you mean `p2.contoso.com`?\nhint: see them all: pchat get-pool\n",
    ],
  ])("refuses %s", async (_, words, exitCode, stderr) => {
    expect(await tried(await withSettings(settings), `get-${kind} ${words}`)).toEqual(
      refused(exitCode, stderr),
    );
  });
}

export function testsOfRemove(settings: SettingsKind): void {
  const { kind, one, field, initial, option, values } = settings;
  test("removes those of a pool", async () => {
    const made = await withSettings(settings);
    expect(await tried(made, `remove-${kind} service:pchat.contoso.com --yes`)).toEqual(
      done("", `removed ${one} \`${poolScope}\` (serial 6)\n`),
    );
    expect((await made.pchat(`get-${kind} -o name`)).stdout).toBe("Global\nsite:Redmond\n");
  });

  test("Global is reset in the place of being removed, after a yes", async () => {
    const made = await withSettings(settings);
    await made.pchat(`set-${kind} Global ${option} ${values[0]}`);
    expect(await tried(made, `remove-${kind} Global`)).toEqual(
      refused(
        6,
        `  Global ${field}: ${JSON.stringify(values[0])} -> ${JSON.stringify(initial)}\n` +
          `error: \`remove-${kind}\` needs a yes: reset ${one} \`Global\` to its defaults? (it cannot be removed)\n` +
          "hint: answer yes beforehand with --yes, or see what would happen with --what-if\n",
      ),
    );
    const { changes } = (await made.json(`remove-${kind} Global --yes`)) as Changes;
    expect(changes.map(({ action, identity, after }) => [action, identity, after?.[field]])).toEqual([
      ["updated", "Global", initial],
    ]);
  });

  test("all of them are one change, from stdin", async () => {
    const made = await withSettings(settings);
    const line = `get-${kind} --filter 's*' -o name | pchat remove-${kind} - --yes`;
    expect(await tried(made, line)).toEqual(done("", `removed 2 ${one}s (serial 6)\n`));
  });

  test("what is not there is refused, unless --if-exists", async () => {
    const made = await withSettings(settings);
    expect(await tried(made, `remove-${kind} site:Redmond site:Redmont --yes`)).toEqual(
      refused(
        3,
        `error: there is no ${one} \`site:Redmont\`\nhint: did you mean \`site:Redmond\`?\nhint: see them all: pchat get-${kind}\n`,
      ),
    );
    expect(await tried(made, `remove-${kind} site:Dublin --if-exists --yes`)).toEqual(
      unchanged("", `unchanged: ${one} \`site:Dublin\` (still at serial 5)\n`),
    );
  });

  test("a site or pool that has them cannot be removed", async () => {
    const made = await withSettings(settings);
    await made.pchat("set-pool pchat.contoso.com --site ''");
    expect(await tried(made, "remove-site Redmond --yes")).toEqual(
      refused(
        4,
        `error: site \`Redmond\` is named by ${one} \`site:Redmond\`\nhint: move or remove those first\n`,
      ),
    );
    expect(await tried(made, "remove-pool pchat.contoso.com --yes")).toEqual(
      refused(
        4,
        `error: pool \`pchat.contoso.com\` holds 1 ${one}\nhint: remove those first; nothing can move to another pool\n`,
      ),
    );
  });
}
