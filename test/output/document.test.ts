import { expect, it } from "vitest";
import { parse } from "yaml";
import { renderJsonDocument } from "../../src/output/json.ts";
import { renderYamlDocument, yamlText } from "../../src/output/yaml.ts";

function* stream<T>(items: readonly T[]): Iterable<T> {
  yield* items;
}

const item = (n: number) => ({
  user: `sip:u${n}@contoso.com`,
  text: 'a\nb: "c" #\u202e',
  gains: n % 2 ? ["find"] : [],
});

it.each([0, 1, 99, 100, 101, 250])(
  "a list of %d that is read as it goes is written as if it were held",
  (count) => {
    const items = Array.from({ length: count }, (_, n) => item(n));
    const whole = { changed: true, serial: 3, effects: items, warnings: [item(7)], report: [] };
    const read = { ...whole, effects: stream(items), report: stream([]) };
    const json = [...renderJsonDocument(read)].join("");
    expect(json).toBe(`${JSON.stringify(whole, null, 2).replaceAll("\u202e", "\\u202e")}\n`);
    const yaml = [...renderYamlDocument({ ...read, effects: stream(items), report: stream([]) })].join("");
    expect(yaml).toBe(yamlText(whole));
    expect(parse(yaml)).toEqual(whole);
  },
);

it("a long list is written while it is read", () => {
  let taken = 0;
  const endless: Iterable<number> = {
    *[Symbol.iterator]() {
      for (;;) yield taken++;
    },
  };
  for (const render of [renderJsonDocument, renderYamlDocument]) {
    taken = 0;
    const chunks = render({ effects: endless })[Symbol.iterator]();
    for (let n = 0; n < 3; n++) expect(chunks.next().done).toBe(false);
    expect(taken).toBe(300);
  }
});
