import { expect, test } from "vitest";
import { withEndpoints } from "../support/endpoints.ts";

test("lists all with their pools", async () => {
  expect(await (await withEndpoints()).pchat("get-endpoint")).toEqual({
    exitCode: 0,
    stdout: [
      "SipAddress            DisplayName  Pool",
      "────────────────────  ───────────  ─────────────────",
      "sip:one@contoso.com   One          pchat.contoso.com",
      "sip:two@contoso.com   Two          pchat.contoso.com",
      "sip:two@fabrikam.com  Two          p2.contoso.com",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test.each([
  ["sip:TWO@contoso.com two@contoso.com", ["sip:two@contoso.com"]],
  ["one", ["sip:one@contoso.com"]],
  ["--pool P2.contoso.com", ["sip:two@fabrikam.com"]],
  ["--filter '*@contoso.com'", ["sip:one@contoso.com", "sip:two@contoso.com"]],
  ["--filter 'tw?'", ["sip:two@contoso.com", "sip:two@fabrikam.com"]],
  ["--result-size 1", ["sip:one@contoso.com"]],
  ["--result-size 0", []],
])("get-endpoint %s", async (words, found) => {
  expect(await (await withEndpoints()).pchat(`get-endpoint ${words} -o name`)).toEqual({
    exitCode: 0,
    stdout: found.map((name) => `${name}\n`).join(""),
    stderr: "",
  });
});

test.each([
  [
    "Two",
    4,
    "error: 2 endpoints are named `Two`: `sip:two@contoso.com`, `sip:two@fabrikam.com`\nhint: name one by its SIP address\n",
  ],
  [
    "sip:tree@contoso.com",
    3,
    "error: there is no endpoint `sip:tree@contoso.com`\n" +
      "hint: did you mean `sip:one@contoso.com` or `sip:two@contoso.com`?\nhint: see them all: pchat get-endpoint\n",
  ],
  ["--result-size -1", 2, "error: `--result-size` takes a whole number from 0 to 2147483647, not `-1`\n"],
])("refuses %s", async (words, exitCode, stderr) => {
  expect(await (await withEndpoints()).pchat(`get-endpoint ${words}`)).toEqual({
    exitCode,
    stdout: "",
    stderr,
  });
});
