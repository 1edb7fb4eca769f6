import { expect, test } from "vitest";
import { settingsOf, withPools } from "../support/settings.ts";
import { testsOfNew } from "../support/settings-tests.ts";
import { refused, tried } from "../support/tried.ts";

testsOfNew(settingsOf("compliance-configuration"));

test.each([
  ["00:01:00", "00:01:00"],
  ["0:1", "00:01:00"],
  ["30.00:00:00", "30.00:00:00"],
  ["1.2:3:4", "1.02:03:04"],
  ["0.23:59:59", "23:59:59"],
])("--run-interval %s is kept as %s", async (word, kept) => {
  const made = await withPools();
  await made.pchat(`new-compliance-configuration site:Redmond --run-interval ${word}`);
  expect(await made.json("get-compliance-configuration site:Redmond")).toMatchObject([{ runInterval: kept }]);
});

test.each(["00:00:59", "30.00:00:01", "5", "24:00:00", "00:60:00", "15 minutes", ""])(
  "refuses --run-interval %j with the limits, and writes nothing",
  async (word) => {
    expect(
      await tried(await withPools(), `new-compliance-configuration site:Redmond --run-interval '${word}'`),
    ).toEqual(
      refused(
        2,
        `error: \`--run-interval\` takes 00:01:00 to 30.00:00:00, not \`${word}\`\n` +
          "hint: write d.hh:mm:ss or hh:mm:ss, for example 00:30:00 for half an hour\n",
      ),
    );
  },
);

test.each(["C:\\Archive", "\\\\files\\archive", "/archive", "d:/archive"])(
  "an output directory is a full path: %s",
  async (path) => {
    const made = await withPools();
    await made.run(["new-compliance-configuration", "site:Redmond", "--adapter-output-directory", path]);
    expect(await made.json("get-compliance-configuration site:Redmond")).toMatchObject([
      { adapterOutputDirectory: path },
    ]);
  },
);

test("refuses a folder that is no full path, and writes nothing", async () => {
  expect(
    await tried(
      await withPools(),
      "new-compliance-configuration site:Redmond --adapter-output-directory archive",
    ),
  ).toEqual(
    refused(
      2,
      "error: the adapter's output directory is a full path, not `archive`\n" +
        "hint: for example 'C:\\Compliance\\Xml' or '\\\\server\\share\\compliance'\n",
    ),
  );
});
