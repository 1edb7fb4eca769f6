import { configurationNoun } from "./nouns/configuration.ts";
import { policyNoun } from "./nouns/policy.ts";
import { initialValues } from "./patch.ts";
import type { Objects, Write } from "./state.ts";

/** What a new store holds: the Global policy, which enables nobody, and the Global configuration. */
export function initialWrites(): { readonly writes: readonly Write[]; readonly nextId: number } {
  const policy = {
    id: 1,
    ...initialValues(policyNoun.properties),
    identity: "Global",
  } as Objects["policies"];
  const configuration = {
    id: 2,
    ...initialValues(configurationNoun.properties),
    identity: "Global",
  } as Objects["configurations"];
  return {
    writes: [
      { collection: "policies", id: 1, after: policy },
      { collection: "configurations", id: 2, after: configuration },
    ],
    nextId: 3,
  };
}
