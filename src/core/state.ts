import type { Directory } from "./directory.ts";
import { type Addin, addinNoun } from "./nouns/addin.ts";
import { type Category, categoryNoun } from "./nouns/category.ts";
import {
  type ComplianceConfiguration,
  complianceConfigurationNoun,
} from "./nouns/compliance-configuration.ts";
import { type Configuration, configurationNoun } from "./nouns/configuration.ts";
import { type Endpoint, endpointNoun } from "./nouns/endpoint.ts";
import { type Grant, grantNoun, type Policy, policyNoun } from "./nouns/policy.ts";
import { type Pool, poolNoun } from "./nouns/pool.ts";
import { type Room, roomNoun } from "./nouns/room.ts";
import { type Settings, settingsNoun } from "./nouns/settings.ts";
import { type Site, siteNoun } from "./nouns/site.ts";

/** Every noun by its collection, in the order in which a store lists them. */
export const nouns = {
  settings: settingsNoun,
  sites: siteNoun,
  pools: poolNoun,
  policies: policyNoun,
  grants: grantNoun,
  configurations: configurationNoun,
  complianceConfigurations: complianceConfigurationNoun,
  endpoints: endpointNoun,
  categories: categoryNoun,
  addins: addinNoun,
  rooms: roomNoun,
} as const;

export interface Objects {
  readonly settings: Settings;
  readonly sites: Site;
  readonly pools: Pool;
  readonly policies: Policy;
  readonly grants: Grant;
  readonly configurations: Configuration;
  readonly complianceConfigurations: ComplianceConfiguration;
  readonly endpoints: Endpoint;
  readonly categories: Category;
  readonly addins: Addin;
  readonly rooms: Room;
}

export type Nouns = typeof nouns;
export type Collection = keyof Nouns;
export type IndexOf<C extends Collection> = keyof Nouns[C]["indexes"] & string;
export const collections = Object.keys(nouns) as readonly Collection[];

/** A stored object of any kind, where its kind is known from elsewhere. */
export type StoredObject = Objects[Collection];

/**
 * One stored object created (no before), changed, or removed (no after). Everything a command does to a store is
 * a list of these. Of very many writes the objects may be read whenever they are asked for.
 */
export interface Write<C extends Collection = Collection> {
  readonly collection: C;
  readonly id: number;
  readonly before?: Objects[C];
  readonly after?: Objects[C];
}

/** Whether a write removes its object, without reading the object. */
export const isRemoval = (write: Write): boolean => !("after" in write);

/**
 * Everything stored, for reading: lookups by id and by index, and iteration. An implementation may hold parsed
 * objects or read single records from disk, so nothing may assume an array.
 */
export interface State {
  /** What is known of Active Directory; undefined before the first import. */
  readonly directory: Directory | undefined;
  get<C extends Collection>(collection: C, id: number): Objects[C] | undefined;
  /** Objects filed under a key of an index, by ascending id. Keys are folded (see each noun's indexes). */
  lookup<C extends Collection>(collection: C, index: IndexOf<C>, key: string): Iterable<Objects[C]>;
  /** All objects of a kind, by ascending id. */
  all<C extends Collection>(collection: C): Iterable<Objects[C]>;
  /** Objects by their ids and in the order of these, for a walk through many of which none is kept. */
  each<C extends Collection>(collection: C, ids: Iterable<number>): Iterable<Objects[C]>;
  count(collection: Collection): number;
}

/** The one object with this key in an index that holds at most one, or undefined. */
export function findOne<C extends Collection>(
  state: State,
  collection: C,
  index: IndexOf<C>,
  key: string,
): Objects[C] | undefined {
  for (const object of state.lookup(collection, index, key)) return object;
  return undefined;
}
