import { expect, test } from "vitest";
import { createPostings } from "../../src/core/postings.ts";

test("postings give every record of a key, ascending and once, however many there are", () => {
  const postings = createPostings();
  const count = 5000;
  for (let at = count - 1; at >= 0; at--) postings.add(`key ${at % 1000}`, at);
  postings.add("key 7", 7);
  expect([...postings.candidates("key 7")]).toEqual([7, 1007, 2007, 3007, 4007]);
  expect([...postings.candidates("no key")]).toEqual([]);
  postings.add("key 7", count);
  expect([...postings.candidates("key 7")]).toEqual([7, 1007, 2007, 3007, 4007, count]);
});

test("runs are what was filed several times", () => {
  const postings = createPostings();
  for (const [at, key] of ["a", "b", "c", "b", "d", "a", "b"].entries()) postings.add(key, at);
  const runs = [...postings.runs()].map(({ ordinals }) => ordinals);
  expect(runs.sort((a, b) => a[0]! - b[0]!)).toEqual([
    [0, 5],
    [1, 3, 6],
  ]);
});
