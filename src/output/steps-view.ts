import type { ObjectView } from "./object-view.ts";
import { headerOf } from "./view.ts";

const column = (name: string) => ({ name, header: headerOf(name) });

/** What became of each object that several steps named; the rows come from what they report. */
export const stepsView: ObjectView = {
  view: {
    kind: "step",
    identity: "identity",
    columns: [{ ...column("line"), align: "right" }, column("action"), column("kind"), column("identity")],
  },
  row: () => undefined,
};
