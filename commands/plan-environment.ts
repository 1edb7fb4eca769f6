import { defineCommand, manifestOptions, value } from "../src/cli/command.ts";
import { exitCode } from "../src/cli/exit-code.ts";
import { createDraft } from "../src/core/draft.ts";
import { consequencesOf } from "../src/core/effects.ts";
import { applyManifest, type EnvironmentOptions } from "../src/core/environment/plan.ts";
import { DomainError } from "../src/core/errors.ts";
import { isReadable } from "../src/core/import-directory.ts";
import { beginStore } from "../src/core/initial-state.ts";
import { changeRows, changeView, differenceText, planSpeech } from "../src/output/change-view.ts";
import { changeDocument, changesOf } from "../src/output/changes.ts";
import { isPlanText, planText } from "../src/output/plan-text.ts";

export default defineCommand({
  summary: "show what applying a manifest would create, update and remove, and what that does to people",
  group: "environments",
  options: {
    ...manifestOptions,
    out: value("file that keeps the plan, for apply-environment --plan", { placeholder: "file" }),
  },
  examples: [
    {
      line: "pchat plan-environment -f fixtures/environment.yaml",
      does: "what would change, and for whom",
      exitCode: exitCode.verdict,
    },
    {
      line: "pchat plan-environment -f fixtures/environment.yaml --out plan.json",
      does: "keep the plan, so that exactly this is applied after it was looked at",
      exitCode: exitCode.verdict,
    },
  ],
  notes: [
    "A manifest holds the store's objects under the names of its collections, references by name and people in any of the words of help principals. What it does not name is left alone; a list is exact (members: [...]), or { ensure: [...] } and { absent: [...] }. get-schema environment describes it.",
    "--prune removes what the manifest does not name, but only of collections that it names, be it as an empty list, and with --pool only of that pool.",
    "With --as, what the role of that user does not allow is a fault of the manifest, as it is upon apply-environment.",
    "--out keeps each effect on people, and of more than 100,000 how many people gain and lose in each room.",
    "Ends with exit code 0 where nothing would change, and 10 where something would. Nothing is locked or written but the plan's own file, which replaces an earlier plan, and any other file only with --force.",
  ],
  check: ({ options: { file } }) => {
    if (file.length > 0) return;
    throw new DomainError("missing-value", "`plan-environment` needs `--file`", {
      hint: { say: "name a manifest, a folder of them, or - for stdin" },
      details: { missing: ["--file"] },
    });
  },
  takesRole: true,
  service: async ({ preparation, snapshot }, { options, pool, force }) => {
    const manifest = await preparation.readManifest(options.file);
    const { state, nextId, serial, lineage, directoryHash } = await snapshot(options.create);
    const draft = createDraft(state, nextId);
    if (nextId === 1) beginStore(draft);
    const chosen: EnvironmentOptions = {
      ...(pool === undefined ? {} : { pool }),
      prune: options.prune,
      adopt: options.adopt,
      strict: options.strict,
      force,
      ...(options["max-removals"] === undefined ? {} : { maxRemovals: options["max-removals"] }),
    };
    const { touched, warnings = [] } = applyManifest(draft, manifest, chosen, preparation.as, (objects) =>
      preparation.progress.over("planning", objects),
    );
    const writes = draft.writes();
    const consequences = consequencesOf(state, draft, isReadable(state) ? writes : [], false);
    const changes = changesOf({ before: state, after: draft, touched, writes });
    const document = changeDocument({
      changed: writes.length > 0,
      dryRun: true,
      serial,
      changes,
      consequences,
      warnings,
    });
    const { documents } = manifest;
    const plan = { lineage, serial, directoryHash, options: chosen, documents, consequences };
    const checksum = await preparation.startChecksum();
    return {
      view: changeView,
      rows: changeRows(changes),
      document,
      text: (paint) => differenceText(changes, consequences, planSpeech, paint),
      warnings,
      ...(options.out === undefined
        ? {}
        : {
            files: [
              {
                path: options.out,
                text: planText({ ...plan, changes: document.changes, warnings: document.warnings }, checksum),
                others: options.file,
                replaces: isPlanText,
              },
            ],
          }),
      exitCode: writes.length > 0 ? exitCode.verdict : exitCode.done,
    };
  },
});
