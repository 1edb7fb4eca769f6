import type { ObjectOf, Properties } from "./property.ts";

/**
 * A kind of stored object. `properties` is its property table; `indexes` are the lookups that the state keeps
 * for it: each gives the keys (already folded) under which an object is found.
 */
export interface Noun<K extends string, C extends string, P extends Properties> {
  readonly kind: K;
  readonly collection: C;
  /** Said of one, and of several, in messages. */
  readonly one: string;
  readonly many: string;
  readonly properties: P;
  /** What an administrator calls the object: unique among its kind, and what `-o name` prints. */
  readonly identity: (object: ObjectOf<P>) => string;
  readonly indexes: Readonly<Record<string, (object: ObjectOf<P>) => readonly string[]>> & {
    readonly identity: (object: ObjectOf<P>) => readonly string[];
  };
}

/** Keeps the literal types of a noun's table, from which its object type is made. */
export const defineNoun = <
  const K extends string,
  const C extends string,
  P extends Properties,
  const I extends Noun<K, C, P>["indexes"],
>(
  noun: Noun<K, C, P> & { readonly indexes: I },
): Noun<K, C, P> & { readonly indexes: I } => noun;
