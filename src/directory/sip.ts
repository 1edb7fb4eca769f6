/** Which SIP address an account has, and whether the export calls it enabled. */
import type { Facts } from "./gather.ts";

/** What must be known of the whole export before one account can be judged. */
export interface SipRules {
  /** Addresses come from an attribute that the user chose. */
  readonly chosen: boolean;
  /** Some entry has an attribute msRTCSIP-…: then Lync's own attributes decide. */
  readonly hasLyncAttributes: boolean;
  /** Some entry has msRTCSIP-UserEnabled. */
  readonly hasEnabledAttribute: boolean;
}

/** The rules for an export, from the lower-case names of every attribute in it. */
export function sipRules(attributeNames: ReadonlySet<string>, sipAttribute: string | undefined): SipRules {
  return {
    chosen: sipAttribute !== undefined,
    hasLyncAttributes: [...attributeNames].some((name) => name.startsWith("msrtcsip-")),
    hasEnabledAttribute: attributeNames.has("msrtcsip-userenabled"),
  };
}

export interface SipState {
  /** `sip:…`, or null where there is none or none that can be one. */
  readonly address: string | null;
  readonly enabled: boolean;
  /** What was exported in place of an address. */
  readonly invalid?: string;
}

/**
 * The address comes from the chosen attribute; else from msRTCSIP-PrimaryUserAddress; else, only where the whole
 * export has no msRTCSIP attribute, from a `sip:` value of proxyAddresses. msRTCSIP-UserEnabled FALSE always
 * disables. Where it is missing, the address counts as enabled if it was chosen or if nothing in the export has
 * that attribute; where others have it, its absence means that the account was never enabled.
 */
export function sipState(facts: Facts, rules: SipRules): SipState {
  const written = exportedAddress(facts, rules);
  if (written === undefined) return { address: null, enabled: false };
  const address = `sip:${written.replace(/^sip:/i, "").trim()}`;
  if (!/^sip:[^\s@]+@[^\s@]+$/.test(address)) return { address: null, enabled: false, invalid: written };
  return { address, enabled: isEnabled(facts.lyncEnabled, rules) };
}

function exportedAddress(facts: Facts, rules: SipRules): string | undefined {
  if (rules.chosen) return facts.chosenAddress;
  return rules.hasLyncAttributes ? facts.lyncAddress : facts.proxyAddress;
}

function isEnabled(said: string | undefined, rules: SipRules): boolean {
  if (said !== undefined) return said.toUpperCase() === "TRUE";
  return rules.chosen || !rules.hasEnabledAttribute;
}
