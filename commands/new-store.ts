import { defineCommand, type ReadResult, type ServiceContext } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { initialWrites } from "../src/core/initial-state.ts";
import { storeRow, storeView } from "../src/output/store-view.ts";

export default defineCommand({
  summary: "make a store: the Global policy, disabled, and the Global configuration",
  group: "store",
  examples: [
    { line: "pchat new-store --store seed.json", does: "make a store under another name than pchat.json" },
  ],
  notes: [
    "Every other command stops with exit code 3 where there is no store, so that a wrong working directory never reads as an empty deployment.",
  ],
  service: async ({ store, author, whatIf }) => {
    if (whatIf) return preview(store);
    await store.create(author, initialWrites());
    return { view: storeView, rows: [storeRow(await store.facts(), (await store.read()).state)] };
  },
});

/** Ends as making the store would. Throws `exists`. */
async function preview(store: ServiceContext["store"]): Promise<ReadResult> {
  if (await store.exists()) {
    throw new DomainError("exists", `there is a store at \`${store.path}\` already`, {
      hint: { say: "use it as it is, or name another with --store", commands: [["get-store"]] },
      details: { file: store.path },
    });
  }
  const say = `would make a store at \`${store.path}\` (nothing was written)`;
  return { view: storeView, rows: [], hints: [{ say }] };
}
