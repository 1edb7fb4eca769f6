import { expect, test } from "vitest";
import { settingsOf, withPools } from "../support/settings.ts";
import { testsOfNew } from "../support/settings-tests.ts";
import { refused, tried } from "../support/tried.ts";

testsOfNew(settingsOf("configuration"));

test("shows what a pool is given", async () => {
  const made = await withPools();
  expect(
    await made.json(
      "new-configuration site:Redmond --default-chat-history 500 --max-file-size-kb 0 --participant-update-limit 4294967295 --room-management-url https://rooms.contoso.com/",
    ),
  ).toMatchObject({
    changes: [
      {
        after: {
          identity: "site:Redmond",
          defaultChatHistory: 500,
          maxFileSizeKB: 0,
          participantUpdateLimit: 4294967295,
          roomManagementUrl: "https://rooms.contoso.com/",
        },
      },
    ],
  });
});

test.each([
  ["--default-chat-history 0", "`--default-chat-history` takes a whole number from 1 to 500, not `0`"],
  ["--default-chat-history 501", "`--default-chat-history` takes a whole number from 1 to 500, not `501`"],
  ["--max-file-size-kb -1", "`--max-file-size-kb` takes a whole number from 0 to 4294967295, not `-1`"],
  [
    "--participant-update-limit 4294967296",
    "`--participant-update-limit` takes a whole number from 0 to 4294967295, not `4294967296`",
  ],
])("refuses %s with the limit, and writes nothing", async (option, message) => {
  expect(await tried(await withPools(), `new-configuration site:Redmond ${option}`)).toEqual(
    refused(2, `error: ${message}\n`),
  );
});
