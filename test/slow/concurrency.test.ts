import { describe, expect, test } from "vitest";
import { author, fileOf, keepStores, makeStore, roomNames, ways } from "../store/store-fixture.ts";
import { startWriter } from "./writers.ts";

const processes = 16;
const each = 50;

describe.each(ways)("a store that is kept $way:", (way) => {
  keepStores(way);

  test.each(["plain", "mixed"])(
    `${processes} processes with ${each} %s changes each lose none`,
    async (kind) => {
      const { path, store } = await makeStore();
      const start = performance.now();
      const writers = Array.from({ length: processes }, (_, at) => startWriter(path, `w${at}`, kind, each));
      const results = await Promise.all(writers.map(({ ended }) => ended));
      const seconds = (performance.now() - start) / 1000;
      expect(results.map(({ stderr }) => stderr).join("")).toBe("");
      const acknowledged = results.flatMap((result) => result.acknowledged);
      const serials = acknowledged.map(({ serial }) => serial).sort((a, b) => a - b);
      expect(serials).toEqual(Array.from({ length: processes * each }, (_, at) => at + 2));
      const snapshot = await store.read();
      expect(snapshot.serial).toBe(processes * each + 1);
      const kept = new Set(roomNames(snapshot));
      expect(acknowledged.filter(({ name }) => name.endsWith(" 0") && !kept.has(name))).toEqual([]);
      // Among what is tested: that the journal, replayed, is the file.
      expect((await store.test()).filter(({ ok }) => !ok)).toEqual([]);
      const { serial } = await store.compact(author());
      expect(fileOf(path)["serial"]).toBe(serial);
      const rate = Math.round(acknowledged.length / seconds);
      const longest = Math.max(...acknowledged.map(({ milliseconds }) => milliseconds));
      process.stderr.write(
        `${acknowledged.length} ${kind} changes kept ${way.way}, ${rate} a second, longest wait ${longest} ms\n`,
      );
    },
  );
});
