import { expect, test } from "vitest";
import {
  checkMessageText,
  longestMessage,
  type MessageFilter,
  messageCondition,
} from "../../src/core/message.ts";
import { spanOf } from "../../src/core/time.ts";
import { refusal } from "../store/store-fixture.ts";
import { deploymentOf } from "../support/deployments.ts";

const state = deploymentOf({});
const message = {
  id: 1,
  time: "2018-03-01T12:00:00.000Z",
  author: "sip:Ken@contoso.com",
  text: "The Straße is closed:  call DISPATCH",
} as const;

const cases: readonly (readonly [MessageFilter, boolean])[] = [
  [{}, true],
  [{ user: "sip:ken@contoso.com" }, true],
  [{ user: "ken@contoso.com" }, true],
  [{ user: "sip:ana@contoso.com" }, false],
  [{ from: "2018-03-01T12:00:00.000Z" }, true],
  [{ from: "2018-03-01T12:00:00.001Z" }, false],
  [{ until: "2018-03-01T12:00:00.000Z" }, true],
  [{ until: "2018-03-01T11:59:59.999Z" }, false],
  [{ keywords: "dispatch closed" }, true],
  [{ keywords: "dispatch open" }, false],
  [{ keywords: "patch" }, true],
  [{ keywords: "dispatch open", clause: "Or" }, true],
  [{ keywords: "open shut", clause: "Or" }, false],
  [{ keywords: "is closed", clause: "Exact" }, true],
  [{ keywords: "closed is", clause: "Exact" }, false],
  [{ keywords: "closed: call", clause: "Exact" }, false],
  [{ keywords: "closed:  call", clause: "Exact" }, true],
  [{ keywords: "dispatch", caseSensitive: true }, false],
  [{ keywords: "DISPATCH", caseSensitive: true }, true],
  [{ keywords: "stra\u00dfe", caseSensitive: false }, true],
  [{ keywords: "(.*", clause: "All" }, false],
  [{ keywords: "dispatch", user: "sip:ana@contoso.com" }, false],
];

test.each(cases)("%j: %s", (filter, meets) => {
  expect(messageCondition(state, filter)(message)).toBe(meets);
});

test("texts are compared in one Unicode form", () => {
  const said = { ...message, text: "cafe\u0301" };
  expect(messageCondition(state, { keywords: "caf\u00e9" })(said)).toBe(true);
  expect(messageCondition(state, { keywords: "caf\u00e9", caseSensitive: true })(said)).toBe(true);
});

test("an empty filter is refused", async () => {
  expect(await refusal(() => messageCondition(state, { keywords: "  " }))).toMatchObject({
    code: "invalid-value",
    message: "`--filter` takes one or more keywords, not an empty word",
  });
});

test("a text has a limit, and is not empty", async () => {
  expect(checkMessageText("the text", "x".repeat(longestMessage))).toHaveLength(longestMessage);
  expect(await refusal(() => checkMessageText("the text", "x".repeat(longestMessage + 1)))).toMatchObject({
    message: "the text takes at most 1000000 characters, not 1000001",
  });
  expect(await refusal(() => checkMessageText("the text", " \n"))).toMatchObject({
    message: "the text may not be empty",
  });
});

test.each([
  ["3/1/2018", ["2018-03-01", "2018-01-03"]],
  ["13/1/2018", ["2018-01-13"]],
  ["1.1.2018", ["2018-01-01"]],
])("%s is refused with what it may mean", async (word, readings) => {
  expect(await refusal(() => spanOf("`--end-date`", word))).toEqual({
    code: "invalid-value",
    message: `\`--end-date\` takes an ISO day or time, not \`${word}\``,
    details: { readings },
    commands: undefined,
  });
});

test("what is no date at all is refused with an example", async () => {
  expect(await refusal(() => spanOf("`--end-date`", "31/31/2018"))).toMatchObject({ details: {} });
});
