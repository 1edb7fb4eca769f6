import { describe, expect, test } from "vitest";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { DomainError } from "../../src/core/errors.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { newRoom, removeRooms, setRooms } from "../../src/core/room.ts";
import { actionOf, runSteps, type Step } from "../../src/core/steps.ts";
import { deploymentOf, pool } from "../support/deployments.ts";

const start = (): Draft =>
  createDraft(deploymentOf({ categories: { IT: { allowedMembers: ["x.y"] } }, rooms: { Desk: {} } }), 100);

const steps = (...runs: ((draft: Draft) => Outcome)[]): Step[] =>
  runs.map((run, index) => ({ place: `x:${index + 1}`, line: index + 1, run }));
const create =
  (name: string) =>
  (draft: Draft): Outcome =>
    newRoom(draft, name, { categoryId: "IT" });
/** Writes, and fails afterwards. */
const halfway = (draft: Draft): Outcome => {
  create("Half")(draft);
  throw new DomainError("exists", "halfway", { hint: { say: "do not" }, details: { a: 1 } });
};
const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message, hint, details, parts } = error;
    return { code, message, hint, details, parts: parts.map((part) => part.message) };
  }
};

describe("several steps on one draft", () => {
  test("each sees those before it; what they come to is said once", () => {
    const draft = start();
    const outcome = runSteps(
      draft,
      steps(
        create("A"),
        (inner) => setRooms(inner, ["A"], { members: { set: ["sip:u@x.y"] } }),
        (inner) => setRooms(inner, ["Desk"], { members: { add: ["sip:v@x.y"] }, disabled: false }),
        create("B"),
        (inner) => removeRooms(inner, ["B"]),
        (inner) => removeRooms(inner, ["Desk"]),
        (inner) => removeRooms(inner, ["No"], { ifExists: true }),
      ),
      { continueOnError: false },
    );
    const named = (name: string, id: number | undefined) => ({
      collection: "rooms",
      id,
      identity: `${pool}\\${name}`,
    });
    const { questions, warnings, ...rest } = outcome;
    expect(rest).toEqual({
      touched: [named("A", 100), named("Desk", 4), { collection: "rooms", id: undefined, identity: "No" }],
      results: [
        { line: 1, action: "created", kind: "room", identity: `${pool}\\A` },
        { line: 2, action: "updated", kind: "room", identity: `${pool}\\A` },
        { line: 3, action: "updated", kind: "room", identity: `${pool}\\Desk` },
        { line: 4, action: "created", kind: "room", identity: `${pool}\\B` },
        { line: 5, action: "removed", kind: "room", identity: `${pool}\\B` },
        { line: 6, action: "removed", kind: "room", identity: `${pool}\\Desk` },
        { line: 7, action: "unchanged", kind: "room", identity: "No" },
      ],
      failures: [],
    });
    expect(warnings?.map(({ code }) => code)).toEqual([
      "scope-unknown",
      "nobody-can-join",
      "nobody-can-join",
    ]);
    expect(warnings?.[0]).toEqual({ code: "scope-unknown", principals: ["sip:u@x.y", "sip:v@x.y"] });
    expect(questions?.map((question) => question.code)).toEqual(["several"]);
    expect(draft.writes().map((write) => [write.id, actionOf(write)])).toEqual([
      [100, "created"],
      [4, "removed"],
    ]);
  });

  test("one question stays itself", () => {
    const { questions } = runSteps(
      start(),
      steps((draft) => removeRooms(draft, ["Desk"])),
      {
        continueOnError: false,
      },
    );
    expect(questions).toEqual([{ code: "removes", kind: "room", identity: `${pool}\\Desk`, losing: [] }]);
  });

  test("one that fails is the refusal, with its place", () => {
    expect(refusal(() => runSteps(start(), steps(create("A"), halfway), { continueOnError: false }))).toEqual(
      {
        code: "exists",
        message: "x:2: halfway",
        hint: { say: "do not" },
        details: { failures: [{ line: 2, code: "exists", message: "halfway", details: { a: 1 } }] },
        parts: [],
      },
    );
  });

  test("all that fail are one refusal; the message names ten", () => {
    const failing = Array.from({ length: 12 }, () => halfway);
    const { code, message, parts } = refusal(() =>
      runSteps(start(), steps(...failing), { continueOnError: false }),
    ) as DomainError;
    const places = failing.map((_, index) => `x:${index + 1}: halfway`);
    expect({ code, message, parts }).toEqual({
      code: "exists",
      message: `${places.slice(0, 10).join("; ")}; and 2 more`,
      parts: places,
    });
  });

  test("told to go on, what fails leaves nothing behind, not even an id", () => {
    const draft = start();
    const { failures } = runSteps(draft, steps(create("A"), halfway, create("B")), { continueOnError: true });
    expect(failures.map(({ place, line, error }) => [place, line, error.message])).toEqual([
      ["x:2", 2, "halfway"],
    ]);
    expect([...draft.all("rooms")].map(({ id, name }) => [id, name])).toEqual([
      [4, "Desk"],
      [100, "A"],
      [101, "B"],
    ]);
  });

  test("a defect is not taken for a refusal", () => {
    const broken = steps(() => {
      throw new TypeError("broken");
    });
    expect(() => runSteps(start(), broken, { continueOnError: true })).toThrow(TypeError);
  });
});
