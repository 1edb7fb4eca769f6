import type { Draft } from "./draft.ts";
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

/** Gives a store that is only being made what every store holds from the start. */
export function beginStore(draft: Draft): void {
  for (const { collection, after } of initialWrites().writes) {
    const { id: _, ...fields } = after!;
    draft.create(collection, fields as never);
  }
}
