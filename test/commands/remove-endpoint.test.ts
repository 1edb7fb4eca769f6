import { expect, test } from "vitest";
import { withEndpoints } from "../support/endpoints.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

test("removes all of a pool in one change", async () => {
  const made = await withEndpoints();
  expect(
    await tried(made, "get-endpoint --pool pchat.contoso.com -o name | pchat remove-endpoint - --yes"),
  ).toEqual(done("", "removed 2 endpoints (serial 7)\n"));
  expect((await made.pchat("get-endpoint -o name")).stdout).toBe("sip:two@fabrikam.com\n");
});

test("asks for each", async () => {
  const made = await withEndpoints();
  expect(await tried(made, "remove-endpoint One --color never", { answers: [true] })).toEqual(
    done("", "? remove endpoint `sip:one@contoso.com`?\nremoved endpoint `sip:one@contoso.com` (serial 7)\n"),
  );
  expect(await tried(made, "remove-endpoint two@contoso.com --color never", { answers: [false] })).toEqual(
    refused(6, "? remove endpoint `sip:two@contoso.com`?\nerror: declined; nothing was written\n"),
  );
});

test("a pool that has one cannot be removed", async () => {
  expect(await tried(await withEndpoints(), "remove-pool pchat.contoso.com p2.contoso.com --yes")).toEqual(
    refused(
      4,
      "error: pool `pchat.contoso.com` holds 2 endpoints; pool `p2.contoso.com` holds 1 endpoint\n" +
        "hint: remove those first; nothing can move to another pool\n",
    ),
  );
});

test("what is not there is refused, unless --if-exists", async () => {
  const made = await withEndpoints();
  expect(await tried(made, "remove-endpoint One sip:tree@contoso.com --yes")).toEqual(
    refused(
      3,
      "error: there is no endpoint `sip:tree@contoso.com`\n" +
        "hint: did you mean `sip:one@contoso.com` or `sip:two@contoso.com`?\nhint: see them all: pchat get-endpoint\n",
    ),
  );
  expect(await tried(made, "remove-endpoint sip:tree@contoso.com --if-exists --yes")).toEqual(
    unchanged("", "unchanged: endpoint `sip:tree@contoso.com` (still at serial 6)\n"),
  );
});
