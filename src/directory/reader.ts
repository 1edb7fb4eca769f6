import type { Directory, DirectoryContent, Entry } from "../core/directory.ts";
import { memoryDirectory } from "../core/memory-directory.ts";
import { storedDirectory } from "../core/stored-directory.ts";
import { type DirectorySource, type ImportOptions, readDirectory } from "./import.ts";
import type { ImportReport } from "./report.ts";
import type { Tally } from "./tally.ts";

interface ReportItem {
  readonly item: string;
  readonly count: number;
  readonly detail: string;
}

/** Everything that commands need of directory exports. */
export const directoryReader = {
  read: async (sources: readonly DirectorySource[], options: ImportOptions) => {
    const { content, report } = await readDirectory(sources, options);
    return { content, report: { items: itemsOf(report), warnings: warningsOf(report) } };
  },
  /** Lookups over a content that is not kept yet, and so has no checksum. */
  open: ({ entries, stored }: DirectoryContent, date: string): Directory => {
    const facts = { date, hash: "" };
    return stored === undefined
      ? memoryDirectory({ entries: [...entries] }, facts)
      : storedDirectory(entries, stored.read, facts);
  },
  compileFilter: async (text: string): Promise<(entry: Entry) => boolean> =>
    (await import("./ldap-filter.ts")).compileLdapFilter(text),
};

function itemsOf(report: ImportReport): ReportItem[] {
  const { kept, users } = report;
  const items: ReportItem[] = [
    {
      item: "users",
      count: kept.user,
      detail: `${users.sipEnabled} enabled for SIP, ${users.sipNotEnabled} not enabled, ${users.withoutSipAddress} without an address; ${users.accountDisabled} disabled in AD`,
    },
    { item: "groups", count: kept.group, detail: "" },
    { item: "containers", count: kept.container, detail: "" },
    { item: "domains", count: kept.domain, detail: domainsOf(report) },
    {
      item: "resources",
      count: kept.resource,
      detail: report.resources.map(({ resource, count }) => `${count} ${resource}`).join(", "),
    },
    { item: "referrals ignored", count: report.referralsIgnored, detail: "" },
    ...report.skipped.map(({ reason, count, samples }) => ({
      item: `skipped: ${reason}`,
      count,
      detail: shown({ count, samples }),
    })),
  ];
  return items.filter(({ item, count }) => count > 0 || !/^(referrals|resources)/.test(item));
}

const domainsOf = (report: ImportReport): string =>
  report.assumedNetbios
    .map(({ domain, netbios }) =>
      netbios === null ? `${domain} has no known logon name` : `${netbios} is taken for ${domain}`,
    )
    .join("; ");

function shown({ count, samples }: Tally): string {
  const more = count > samples.length ? ` and ${count - samples.length} more` : "";
  return samples.join("; ") + more;
}

function warningsOf(report: ImportReport): string[] {
  const shared = report.sharedDisplayNames;
  const unknown = report.unknownMembers;
  return [
    ...report.warnings.map(({ message, count, samples }) =>
      samples.length === 0 ? message : `${message}: ${shown({ count, samples })}`,
    ),
    ...(shared.count === 0 ? [] : [`display names that several users bear: ${shown(shared)}`]),
    ...(unknown.count === 0 ? [] : [`members that are in no file: ${shown(unknown)}`]),
  ];
}
