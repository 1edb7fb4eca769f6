import { defineCommand, list, value, words } from "../src/cli/command.ts";
import { DomainError } from "../src/core/errors.ts";
import { importDirectory } from "../src/core/import-directory.ts";
import { directoryReport } from "../src/output/directory-view.ts";
import { storedView } from "../src/output/object-view.ts";

export default defineCommand({
  summary: "read users, groups and containers from exports of Active Directory",
  group: "directory",
  argument: {
    ...words("file", "LDIF files of ldifde, ldapsearch or ldbsearch, read as one set"),
    meaning: "LDIF files of ldifde, ldapsearch or ldbsearch, read as one set; - reads stdin",
    stdin: false,
  },
  options: {
    "sip-attribute": value(
      "attribute that holds the SIP address, in the place of msRTCSIP-PrimaryUserAddress",
      { placeholder: "name" },
    ),
    "site-attribute": value("attribute that holds the site (default physicalDeliveryOfficeName)", {
      placeholder: "name",
    }),
    netbios: list("logon domain of an AD domain, as in LITWAREINC=litwareinc.com", {
      placeholder: "name=domain",
    }),
  },
  examples: [
    {
      line: "pchat import-directory fixtures/litwareinc.ldif --netbios LITWAREINC=litwareinc.com",
      does: "read an export of one domain",
    },
  ],
  notes: [
    "Everything is replaced by what the files say. Objects are recognised by objectGUID: where one was renamed or moved, the lists of the store follow in the same change, and nobody gains or loses by a new name. An export that lacks more than 5 % and more than 10 of the known users is taken for a truncated one, and refused without --force.",
  ],
  prepare: async ({ words, options }, preparation) => {
    const reader = await preparation.loadDirectoryReader();
    const netbios = options.netbios.map(parseNetbios);
    const { content, report } = await reader.read(words.map(preparation.openSource), {
      sipAttribute: options["sip-attribute"],
      siteAttribute: options["site-attribute"],
      netbios,
    });
    const date = preparation.now;
    return { content, report, date, directory: reader.open(content, date) };
  },
  write: (draft, { force }, prepared) => {
    const { report: read, ...rest } = prepared;
    const { outcome, difference } = importDirectory(draft, { ...rest, force });
    const warnings = read.warnings.map((text) => ({ code: "notice", text }) as const);
    return {
      ...outcome,
      warnings: [...warnings, ...(outcome.warnings ?? [])],
      report: directoryReport(read, difference),
    };
  },
  view: storedView("grants"),
});

function parseNetbios(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  if (at > 0 && at < word.length - 1) return [word.slice(0, at), word.slice(at + 1)];
  throw new DomainError("invalid-value", `\`--netbios\` takes a name and a domain, not \`${word}\``, {
    hint: { say: "write it as in LITWAREINC=litwareinc.com" },
  });
}
