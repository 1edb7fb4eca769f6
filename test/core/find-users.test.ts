import { expect, it } from "vitest";
import { findUsers } from "../../src/core/find-users.ts";
import { memoryState } from "../../src/core/memory-state.ts";
import { directoryOf, objectsOf } from "../support/deployments.ts";
import { rereadDirectory } from "../support/reread-directory.ts";

const directory = directoryOf({
  users: [
    { dn: "CN=Ana,DC=contoso,DC=com", sip: "ana@contoso.com" },
    { dn: "CN=Bo,DC=contoso,DC=com", sip: "bo@contoso.com" },
    { dn: "CN=Bo,OU=IT,DC=contoso,DC=com", sip: "bo.it@contoso.com" },
  ],
});

it.each([
  ["the same object each time", directory],
  ["read anew each time", rereadDirectory(directory)],
])("finds each user once, by whatever words: an entry is %s", (_, read) => {
  const state = memoryState(objectsOf({}), () => read);
  const found = findUsers(state, ["Bo", "sip:bo@contoso.com", "ana@contoso.com", "Ana"], {});
  expect([...found].map(({ dn }) => dn)).toEqual([
    "CN=Bo,DC=contoso,DC=com",
    "CN=Bo,OU=IT,DC=contoso,DC=com",
    "CN=Ana,DC=contoso,DC=com",
  ]);
});

it("takes users from the directory as they are gone through", () => {
  let taken = 0;
  const counted = {
    ...directory,
    *all() {
      for (const entry of directory.all()) {
        taken++;
        yield entry;
      }
    },
  };
  const found = findUsers(
    memoryState(objectsOf({}), () => counted),
    undefined,
    {},
  );
  const names: (readonly [string | null, number])[] = [];
  for (const { sipAddress } of found) names.push([sipAddress, taken]);
  expect(names).toEqual([
    ["sip:ana@contoso.com", 1],
    ["sip:bo@contoso.com", 2],
    ["sip:bo.it@contoso.com", 3],
  ]);
});
