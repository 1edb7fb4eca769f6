import { choiceOf, defineCommand } from "../src/cli/command.ts";
import { candidateView } from "../src/output/history-view.ts";

export default defineCommand({
  summary: "bring a damaged store back to the newest state that can be proven",
  group: "store",
  options: {
    from: choiceOf(["file", "journal"], "take the state of this one, in the place of the newest"),
  },
  examples: [
    { line: "pchat repair-store --what-if", does: "what could be proven, without touching anything" },
  ],
  notes: [
    "What is replaced is kept beside the store under a new name. Asks, or needs --yes. Of a damaged file of messages, all that can be read stays. A store that is whole is left alone.",
  ],
  service: async ({ store, author, confirm, whatIf }, { options }) => {
    const { problem, candidates } = await store.planRepair();
    const rows = candidates.map(({ from, serial, objects }) => ({ from, serial, objects }));
    if (problem === null)
      return {
        view: candidateView,
        rows,
        hints: [{ say: "the store is whole: there is nothing to repair" }],
      };
    if (whatIf) return { view: candidateView, rows, hints: [{ say: problem }] };
    await confirm(`${problem}: go back to ${options.from ?? "the newest state that can be proven"}?`);
    const repaired = await store.repair(author, options.from);
    const said =
      repaired === undefined
        ? "there was nothing to repair"
        : `repaired; the store is at serial ${repaired.serial}`;
    return { view: candidateView, rows, hints: [{ say: said }] };
  },
});
