import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDraft, type Draft } from "../../src/core/draft.ts";
import { consequencesOf } from "../../src/core/effects.ts";
import { exportState, type ManifestContent } from "../../src/core/environment/export.ts";
import { applyManifest } from "../../src/core/environment/plan.ts";
import { splitState } from "../../src/core/environment/split.ts";
import { beginStore } from "../../src/core/initial-state.ts";
import { memoryState } from "../../src/core/memory-state.ts";
import type { State } from "../../src/core/state.ts";
import { fold } from "../../src/core/text.ts";
import { readManifestFiles } from "../../src/environment/manifest-files.ts";
import { readPlanFile } from "../../src/environment/plan-file.ts";
import { changesOf } from "../../src/output/changes.ts";
import { renderJsonDocument } from "../../src/output/json.ts";
import { manifestYaml } from "../../src/output/manifest-text.ts";
import { planText } from "../../src/output/plan-text.ts";
import { objectsOf } from "../support/deployments.ts";
import { manifestFile } from "../support/manifest-file.ts";

const pool = "pchat.contoso.com";
const nothing = memoryState({ ...objectsOf({ pools: [], policies: {} }), policies: [] }, () => undefined);

/** What spreadsheets, shells, YAML and JSON take for something else than text. */
const signs = [
  ...['"', "'", ";", "|", "=", "😀", "שלום", "é", "-", "#", ": ", " #", "%", "@", "!", "*", "&", "/", " "],
  ...["0", "1e3", "true", "No", "null", "~", "{", "[", ",", "?", ">", "<<", "a", "B", "2018-03-01", "\u0301"],
];
const word = fc
  .array(fc.constantFrom(...signs), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""));
const name = word.map((text) => text.normalize("NFC").trim()).filter((text) => text !== "");
const text = fc.option(
  fc
    .array(fc.constantFrom(...signs, "\n", "\n\n", "\r\n", "\t", "  ", "\u202e", "\u2028", "\\"), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => parts.join("").normalize("NFC")),
);
const people = fc.uniqueArray(fc.constantFrom("ana", "ken", "pilar", "o'neil"), {
  maxLength: 3,
});
const entries = people.map((names) => names.map((each) => `sip:${each}@contoso.com`));

/** A manifest with everything that a store can hold, under names that are hard to write. */
const anyManifest = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 3, maxLength: 6, selector: fold }),
    addins: fc.uniqueArray(name, { minLength: 1, maxLength: 2, selector: fold }),
    texts: fc.array(text, { minLength: 6, maxLength: 6 }),
    lists: fc.array(entries, { minLength: 6, maxLength: 6 }),
    privacy: fc.constantFrom("Open", "Closed", "Secret"),
    invitations: fc.constantFrom("Inherit", "False"),
  })
  .map(({ names: [first, second, ...rooms], addins, texts, lists, privacy, invitations }) => ({
    sites: [{ name: "Redmond" }],
    pools: [{ fqdn: pool, displayName: texts[5], site: "Redmond" }],
    policies: [{ identity: "On", description: texts[4], enablePersistentChat: true }],
    grants: [{ user: "sip:ana@contoso.com", policy: "On" }],
    addins: addins.map((each) => ({ name: each, url: "https://contoso.com/?a=b#c" })),
    categories: [first!, second!].map((each, index) => ({
      name: each,
      description: texts[index],
      allowedMembers: ["contoso.com", "OU=A\\, B,DC=contoso,DC=com"],
      creators: lists[index],
    })),
    rooms: rooms.map((each, index) => ({
      name: each,
      category: `${pool}\\${index % 2 === 0 ? first : second}`,
      addin: index === 0 ? `${pool}\\${addins[0]}` : null,
      description: texts[index % texts.length],
      privacy,
      invitations,
      members: lists[index % lists.length],
      managers: lists[(index + 1) % lists.length],
    })),
  }));

function made(documents: readonly (readonly [string, string])[]): Draft {
  const draft = createDraft(nothing, 1);
  beginStore(draft);
  applyManifest(draft, readManifestFiles(documents.map(([file, text]) => manifestFile(file, text))));
  return draft;
}

/** A state as an export has it, read as JSON. */
const exported = (state: State): unknown => JSON.parse(json(exportState(state)));
const json = (content: ManifestContent): string => [...renderJsonDocument(content)].join("");
const yaml = (content: ManifestContent): string => [...manifestYaml(content)].join("");

test("export, then apply to an empty store, is the identity: as YAML, as JSON, and split", () => {
  fc.assert(
    fc.property(anyManifest, (manifest) => {
      const state = made([["m.json", JSON.stringify(manifest)]]);
      const content = exportState(state);
      const parts = splitState(state).map((part) => [`${part.name}.yaml`, yaml(part.content)] as const);
      for (const texts of [[["e.yaml", yaml(content)]], [["e.json", json(content)]], parts]) {
        expect(exported(made(texts as readonly (readonly [string, string])[]))).toEqual(exported(state));
      }
    }),
    { numRuns: 60 },
  );
});

test("nothing is left to do after applying, whatever stood there before", () => {
  fc.assert(
    fc.property(anyManifest, anyManifest, (first, second) => {
      const draft = made([["a.json", JSON.stringify(first)]]);
      const wanted = readManifestFiles([manifestFile("b.json", JSON.stringify(second))]);
      const options = { prune: true, maxRemovals: 100, force: true };
      applyManifest(draft, wanted, options);
      const [content, id] = [exported(draft), draft.nextId];
      const next = createDraft(draft, id);
      expect(applyManifest(next, wanted, options).questions).toEqual([]);
      expect([next.writes(), exported(next)]).toEqual([[], content]);
    }),
    { numRuns: 40 },
  );
});

test("a saved plan does what its files do", () => {
  fc.assert(
    fc.property(anyManifest, (manifest) => {
      const files = [manifestFile("m.json", JSON.stringify(manifest))];
      const byFiles = createDraft(nothing, 1);
      beginStore(byFiles);
      const read = readManifestFiles(files);
      const { touched } = applyManifest(byFiles, read);
      const writes = byFiles.writes();
      const plan = {
        ...{ lineage: "", serial: 0, directoryHash: null, options: {}, documents: read.documents },
        changes: changesOf({ before: nothing, after: byFiles, touched, writes }),
        consequences: consequencesOf(nothing, byFiles, writes, false),
        warnings: [],
      };
      const text = [...planText(plan, createHash("sha256"))].join("");
      const saved = readPlanFile(manifestFile("plan.json", text));
      const byPlan = createDraft(nothing, 1);
      beginStore(byPlan);
      applyManifest(byPlan, saved.manifest, saved.plan.options);
      expect(byPlan.writes()).toEqual(writes);
    }),
    { numRuns: 40 },
  );
});
