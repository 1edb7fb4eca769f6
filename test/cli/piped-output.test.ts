import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { refused, tried } from "../support/tried.ts";

test.each(["table", "json", "csv"])(
  "a %s in the place of names is told apart, with what to type",
  async (format) => {
    const made = await deployed();
    const { stdout } = await made.pchat(`get-room -o ${format}`);
    expect(await tried(made, "set-room - --disabled true", { stdin: stdout })).toEqual(
      refused(
        2,
        "error: stdin holds a table or a document, not names, one a line\n" +
          "hint: print names: put `-o name` on the command before the pipe\n",
      ),
    );
  },
);
