import { expect, test } from "vitest";
import { progressText } from "../../src/output/progress-text.ts";

const stage = {
  label: "running r.pchat",
  done: 22_500,
  total: 50_000,
  elapsed: 2500,
  unit: "items",
} as const;

test.each([
  [
    stage,
    120,
    "running r.pchat  [##########--------------]  45 %  22,500 of 50,000  9,000 a second  4 s left",
  ],
  [stage, 80, "running r.pchat  [##########--------------]  45 %  22,500 of 50,000"],
  [stage, 44, "running r.pchat  [##########--------------]"],
  [stage, 43, "running r.pchat"],
  [stage, 3, ""],
  [{ ...stage, label: "läuft 日本" }, 25, "läuft 日本"],
  [
    { ...stage, done: 50_000 },
    120,
    "running r.pchat  [########################]  100 %  50,000 of 50,000  20,000 a second  0 s left",
  ],
  [
    { ...stage, done: 100, elapsed: 60_000 },
    120,
    "running r.pchat  [------------------------]  0 %  100 of 50,000  2 a second  8 h 19 min left",
  ],
  [
    { ...stage, done: 10_000, elapsed: 60_000 },
    120,
    "running r.pchat  [####--------------------]  20 %  10,000 of 50,000  167 a second  4 min 0 s left",
  ],
  [
    { label: "reading x.ldif", done: 52_400_000, total: 104_800_000, elapsed: 2000, unit: "bytes" } as const,
    120,
    "reading x.ldif  [############------------]  50 %  52.4 MB of 104.8 MB  26.2 MB a second  2 s left",
  ],
  [
    { label: "reading stdin", done: 52_400_000, total: undefined, elapsed: 2000, unit: "bytes" } as const,
    120,
    "reading stdin  52.4 MB  26.2 MB a second",
  ],
  // A file that grows while it is read.
  [
    { ...stage, done: 60, total: 50, elapsed: 1000 },
    120,
    "running r.pchat  [########################]  100 %  60 of 50  60 a second  0 s left",
  ],
])("%j in %i columns", (given, columns, text) => {
  expect(progressText(given, columns)).toBe(text);
});
