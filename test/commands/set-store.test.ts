import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried } from "../support/tried.ts";

test("asks every later change for a reason that matches, what-if included", async () => {
  const made = await deployed();
  expect(await tried(made, "set-store --require-reason '^CHG-[0-9]+'")).toEqual(
    done("RequireReason\n─────────────\n^CHG-[0-9]+\n", "created settings `store` (serial 12)\n"),
  );
  const none =
    "error: changes need a reason that matches `^CHG-[0-9]+`\nhint: add --reason, or set PCHAT_REASON\n";
  const other =
    "error: changes need a reason that matches `^CHG-[0-9]+`, and `because` does not\nhint: add --reason, or set PCHAT_REASON\n";
  expect(await tried(made, "set-room Network --disabled true")).toEqual(refused(4, none));
  expect(await tried(made, "set-room Network --disabled true --what-if")).toEqual(refused(4, none));
  expect(await tried(made, "set-room Network --disabled true --reason because")).toEqual(refused(4, other));
  expect(
    await tried(made, "set-room Network --description Cables -o none", {
      env: { PCHAT_REASON: "CHG-12 quiet" },
    }),
  ).toEqual(done("", "updated room `pchat.litwareinc.com\\Network` (serial 13)\n"));
  expect(await made.json("get-store --fields requireReason")).toEqual([{ requireReason: "^CHG-[0-9]+" }]);
});

test("what changes nothing needs no reason", async () => {
  const made = await deployed();
  await made.pchat("set-store --require-reason CHG");
  expect(await tried(made, "set-room Network --disabled false -o none")).toMatchObject({
    exitCode: 0,
    wrote: false,
  });
});

test("giving the rule up needs a reason too", async () => {
  const made = await deployed();
  await made.pchat("set-store --require-reason CHG");
  expect(await tried(made, "set-store --require-reason ''")).toMatchObject({ exitCode: 4, wrote: false });
  expect(await tried(made, "set-store --require-reason '' --reason CHG-1 -o none")).toEqual(
    done("", "updated settings `store` (serial 13)\n"),
  );
  expect(await tried(made, "set-room Network --disabled true -o none")).toMatchObject({ exitCode: 0 });
});

test("is refused for what is no regular expression", async () => {
  expect(await tried(await deployed(), "set-store --require-reason '('")).toEqual(
    refused(
      2,
      "error: `--require-reason` takes a regular expression: /(/u: Unterminated group\n" +
        "hint: for example 'CHG-[0-9]+' for a ticket number\n",
    ),
  );
});

test("a bare one is no change", async () => {
  expect(await tried(await deployed(), "set-store")).toMatchObject({ exitCode: 6, wrote: false });
});
