import { defineCommand, manifestOptions, type Preparation, value } from "../src/cli/command.ts";
import type { Draft } from "../src/core/draft.ts";
import type { Manifest } from "../src/core/environment/manifest.ts";
import { applyManifest, type EnvironmentOptions } from "../src/core/environment/plan.ts";
import { type ReadPlan, requireAsPlanned } from "../src/core/environment/saved-plan.ts";
import { DomainError } from "../src/core/errors.ts";
import { beginStore } from "../src/core/initial-state.ts";
import type { Outcome } from "../src/core/outcome.ts";
import { changesInFull, changesOf, type ObjectChange } from "../src/output/changes.ts";
import { storedView } from "../src/output/object-view.ts";
import { requireAsWritten } from "../src/output/plan-text.ts";

interface Prepared {
  readonly manifest: Manifest;
  readonly options: EnvironmentOptions;
  readonly creates: boolean;
  readonly as: string | undefined;
  readonly progress: Preparation["progress"];
  readonly planned?: Pick<ReadPlan, "plan"> & { readonly file: string };
}

export default defineCommand({
  summary: "make the store hold what a manifest or a saved plan says, in one change",
  group: "environments",
  options: {
    ...manifestOptions,
    plan: value("plan that plan-environment --out saved, in the place of --file", { placeholder: "file" }),
  },
  examples: [
    {
      line: "pchat apply-environment -f fixtures/environment.yaml",
      does: "create and update what the manifest says; a second time it changes nothing",
    },
    {
      line: "pchat apply-environment -f fixtures/environment.yaml --what-if -o json",
      does: "what it would do, for a script",
    },
  ],
  notes: [
    "Objects may stand in any order and in any number of files. All of it is kept or nothing, and the rules judge what has come of all of it together: a room may be moved and its members changed at once.",
    "Whoever leaves an exact list, and whatever --prune removes, is named and asked about, or agreed to with --yes. A saved plan was looked at before, so it is not asked about again; it is refused with exit code 5 where the store or its directory is another than it was made for, and with 2 where it is not as it was written.",
    "--adopt is for taking over what a real deployment holds: rules that it breaks are reported and not enforced.",
  ],
  check: ({ options: { file, plan, prune, adopt, strict, "max-removals": most } }) => {
    if (file.length > 0 === (plan !== undefined)) {
      throw new DomainError("missing-value", "`apply-environment` needs either `--file` or `--plan`", {
        hint: { say: "see how it is used", commands: [["apply-environment", "--help"]] },
        details: { missing: ["--file", "--plan"] },
      });
    }
    if (plan === undefined || !(prune || adopt || strict || most !== undefined)) return;
    throw new DomainError("invalid-usage", "a saved plan says itself how it is to be applied", {
      hint: { say: "leave out --prune, --max-removals, --adopt and --strict, or plan again with them" },
    });
  },
  prepare: async ({ options, pool, force }, preparation): Promise<Prepared> => {
    const { as, progress } = preparation;
    const { plan: file } = options;
    if (file !== undefined) {
      const { plan, manifest, pieces } = await preparation.readPlan(file);
      requireAsWritten(pieces, file, await preparation.startChecksum());
      return {
        manifest,
        options: plan.options,
        creates: plan.serial === 0,
        as,
        progress,
        planned: { plan, file },
      };
    }
    return {
      manifest: await preparation.readManifest(options.file),
      options: {
        pool,
        prune: options.prune,
        adopt: options.adopt,
        strict: options.strict,
        force,
        ...(options["max-removals"] === undefined ? {} : { maxRemovals: options["max-removals"] }),
      },
      creates: options.create,
      as,
      progress,
    };
  },
  creates: (_, { creates }) => creates,
  expects: ({ planned }) => planned?.plan,
  write: (draft, _, { manifest, options, as, progress, planned }) => {
    if (draft.nextId === 1) beginStore(draft);
    const outcome = applyManifest(draft, manifest, options, as, (objects) =>
      progress.over("applying", objects),
    );
    return planned === undefined ? outcome : asPlanned(draft, outcome, planned);
  },
  view: storedView("rooms"),
  shows: "changes",
  rolesByStep: true,
  alone: true,
});

function asPlanned(draft: Draft, outcome: Outcome, planned: NonNullable<Prepared["planned"]>): Outcome {
  const { plan, file } = planned;
  const changes = changesOf({
    before: draft.base,
    after: draft,
    touched: outcome.touched,
    writes: draft.writes(),
  });
  requireAsPlanned(plan, asWritten(changes), file);
  return { ...outcome, questions: [] };
}

/** Changes as a plan's file has them. */
function* asWritten(changes: readonly ObjectChange[]): Iterable<unknown> {
  for (const change of changesInFull(changes)) yield JSON.parse(JSON.stringify(change));
}
