/** What an import found, as plain data. */
import type { EntryKind } from "../core/directory.ts";
import type { Tally } from "./tally.ts";

export type ImportWarningCode =
  | "shared-sip-address"
  | "invalid-sip-address"
  | "no-sip-address"
  | "sip-attribute-missing"
  | "no-guids"
  | "shared-guid"
  | "unreadable-id"
  | "truncated-members"
  | "incomplete-export"
  | "netbios-ambiguous"
  | "netbios-unused";

/** Something that was taken as it is but looks wrong. The message is lower case, without a full stop. */
export interface ImportWarning extends Tally {
  readonly code: ImportWarningCode;
  readonly message: string;
}

/** What an import found, as plain data. */
export interface ImportReport {
  readonly files: readonly { readonly name: string; readonly entries: number; readonly referrals: number }[];
  readonly entriesRead: number;
  /** Records that repeated the DN of another and were merged with it. */
  readonly entriesMerged: number;
  readonly kept: Readonly<Record<EntryKind, number>>;
  readonly resources: readonly { readonly resource: string; readonly count: number }[];
  readonly users: {
    readonly sipEnabled: number;
    /** With an address that is not enabled. */
    readonly sipNotEnabled: number;
    readonly withoutSipAddress: number;
    readonly accountDisabled: number;
    /** Disabled in AD, but SIP-enabled: they can take part (design: rules of the domain, 8). */
    readonly disabledButSipEnabled: number;
  };
  readonly referralsIgnored: number;
  readonly skipped: readonly ({ readonly reason: string } & Tally)[];
  /** Display names that several users bear. */
  readonly sharedDisplayNames: Tally;
  readonly assumedNetbios: readonly { readonly domain: string; readonly netbios: string | null }[];
  /** Values of `member` that name nothing exported. */
  readonly unknownMembers: Tally;
  /** Values of `memberOf` that name nothing exported. */
  readonly unknownGroups: Tally;
  readonly warnings: readonly ImportWarning[];
}
