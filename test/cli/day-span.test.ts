import { expect, test } from "vitest";
import { spanIn } from "../../src/cli/day-span.ts";
import { refusal } from "../store/store-fixture.ts";

test.each([
  ["2026-11-23", undefined, "2026-11-23T00:00:00.000Z", "2026-11-23T23:59:59.999Z"],
  ["2026-11-23", "UTC", "2026-11-23T00:00:00.000Z", "2026-11-23T23:59:59.999Z"],
  ["2026-11-23", "America/New_York", "2026-11-23T05:00:00.000Z", "2026-11-24T04:59:59.999Z"],
  // A day of 23 hours and one of 25.
  ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"],
  ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
  // A day that begins at one o'clock.
  ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"],
  // A time has its zone already.
  ["2026-11-23T14:00Z", "Europe/Berlin", "2026-11-23T14:00:00.000Z", "2026-11-23T14:00:59.999Z"],
])("%s in %s is from %s to %s", async (word, timezone, start, end) => {
  expect(await spanIn("`--end-date`", word, timezone)).toEqual({ start, end });
});

test("an unknown time zone is refused", async () => {
  expect(await refusal(() => spanIn("`--end-date`", "2026-11-23", "Redmond"))).toEqual({
    code: "invalid-value",
    message: "`--timezone` knows no time zone `Redmond`",
    details: {},
    commands: undefined,
  });
});
