import { expect, test } from "vitest";
import { colorEnabled, loadPaint, plainPaint } from "../../src/output/color.ts";

test.each([
  [{ flag: "auto", isTTY: true, env: {} }, true],
  [{ flag: "auto", isTTY: false, env: {} }, false],
  [{ flag: "always", isTTY: false, env: { NO_COLOR: "1", TERM: "dumb" } }, true],
  [{ flag: "never", isTTY: true, env: { FORCE_COLOR: "1" } }, false],
  [{ flag: "auto", isTTY: true, env: { NO_COLOR: "1", FORCE_COLOR: "1" } }, false],
  [{ flag: "auto", isTTY: true, env: { NO_COLOR: "0" } }, false],
  [{ flag: "auto", isTTY: true, env: { NO_COLOR: "" } }, true],
  [{ flag: "auto", isTTY: false, env: { FORCE_COLOR: "1", TERM: "dumb" } }, true],
  [{ flag: "auto", isTTY: true, env: { FORCE_COLOR: "0" } }, false],
  [{ flag: "auto", isTTY: true, env: { FORCE_COLOR: "false" } }, false],
  [{ flag: "auto", isTTY: false, env: { FORCE_COLOR: "" } }, false],
  [{ flag: "auto", isTTY: true, env: { TERM: "dumb" } }, false],
  [{ flag: "auto", isTTY: true, env: { TERM: "xterm" } }, true],
] as const)("%j: %s", (question, enabled) => {
  expect(colorEnabled(question)).toBe(enabled);
});

test("paint without colour leaves text as it is", async () => {
  expect(await loadPaint(false)).toBe(plainPaint);
  expect(
    Object.values(plainPaint)
      .map((paint) => paint("x"))
      .join(""),
  ).toBe("xxxxxxx");
});
