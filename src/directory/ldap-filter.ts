import { isUtf8 } from "node:buffer";
import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from "ldapts";
import type { Entry } from "../core/directory.ts";
import { dnKey, dnLabel } from "../core/distinguished-name.ts";
import { DomainError } from "../core/errors.ts";
import { fold } from "../core/text.ts";

type Test = (entry: Entry) => boolean;

/**
 * A test for entries from an LDAP filter (RFC 4515; without its outer parentheses too, as the cmdlets' examples
 * write it). ldapts parses, except that it reads escapes as Latin-1 and no blanks between parentheses; its own
 * matching knows one value, one case of names and no numbers, so matching is ours, over what was exported:
 * - text as AD compares it (MS-ADTS 3.1.1.2.2.4.13): case, accents and width ignored; numbers by size;
 *   distinguished names parsed; `~=` is `=` (MS-ADTS 3.1.1.3.1.3.1);
 * - `memberOf` is what the import worked out, direct groups including the primary one;
 * - `objectCategory=person` and `objectClass` work where the export has neither;
 * - bits with the rules 1.2.840.113556.1.4.803 (all) and .804 (any).
 *
 * An attribute that an entry does not have matches nothing, also where the import kept no values of it.
 * Throws `invalid-value` where the text is no filter, naming the character, or asks for what an export cannot say.
 */
export function compileLdapFilter(text: string): Test {
  const fault = faultIn(text);
  if (fault !== undefined) throw notAFilter(text, `${fault.what} at character ${fault.at + 1}`);
  try {
    return compile(FilterParser.parseString(parsable(text)));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw notAFilter(text, reasonOf(error));
  }
}

const notAFilter = (text: string, reason: string): DomainError =>
  new DomainError("invalid-value", `\`${text}\` is not an LDAP filter: ${reason}`, {
    hint: {
      say: "write it as in '(&(department=IT)(!(cn=A*)))'; ( ) * and \\ in values are \\28 \\29 \\2a \\5c",
    },
  });

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split(/\n|\. Full string/)[0]!.toLowerCase();

const deepest = 100;

/** What is wrong with the text and where, as far as parentheses, comparisons and escapes go. */
function faultIn(text: string): { what: string; at: number } | undefined {
  const open: number[] = [];
  for (const { index: at, 0: mark } of text.matchAll(/[()]/g)) {
    if (mark === "(") open.push(at);
    else if (open.pop() === undefined) return { what: "a parenthesis closes nothing", at };
    if (open.length > deepest) return { what: `more than ${deepest} parentheses are open`, at };
  }
  if (open.length > 0) return { what: "a parenthesis is not closed", at: open.at(-1)! };
  const backslash = text.search(/\\(?![0-9a-f]{2})/i);
  if (backslash >= 0) return { what: "a backslash without two hexadecimal digits", at: backslash };
  if (text.trim() === "") return { what: "nothing is compared", at: 0 };
  for (const { index: at, 0: clause } of text.matchAll(/[^()&|!\s][^()]*/g)) {
    if (!/^[\w.;-]*(?::[\w.:-]*)?[<>~]?=/.test(clause))
      return { what: `\`${clause}\` compares no attribute`, at };
  }
  return undefined;
}

/**
 * The filter in the form that ldapts reads: no blanks between parentheses, `(!(a=b))` for `(!a=b)`, which Windows
 * takes too, and characters beyond ASCII as themselves.
 */
function parsable(text: string): string {
  const enclosed = text.trim().startsWith("(") ? text.trim() : `(${text.trim()})`;
  return enclosed
    .replace(/\(\s+/g, "(")
    .replace(/\(([&|!])\s+/g, "($1")
    .replace(/\)\s+(?=[()])/g, ")")
    .replace(/\(!([^()]+)\)/g, "(!($1))")
    .replace(/(?:\\[0-9a-f]{2})+/gi, unescapeBeyondAscii);
}

/** `\c3\b6` → `ö`. Escapes of ASCII stay: some of them stand for characters that a filter gives a meaning to. */
function unescapeBeyondAscii(pairs: string): string {
  const bytes = Buffer.from(pairs.replaceAll("\\", ""), "hex");
  if (!isUtf8(bytes)) return pairs;
  return bytes
    .toString("utf8")
    .replace(/[\0-\x7f]/g, (ascii) => `\\${ascii.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function compile(filter: Filter): Test {
  if (filter instanceof AndFilter) return every(filter.filters);
  if (filter instanceof OrFilter) return some(filter.filters);
  if (filter instanceof NotFilter) return negated(filter.filter);
  if (filter instanceof PresenceFilter) return present(filter.attribute);
  if (filter instanceof EqualityFilter || filter instanceof ApproximateFilter) {
    return equal(filter.attribute, String(filter.value));
  }
  if (filter instanceof SubstringFilter) return substring(filter);
  if (filter instanceof GreaterThanEqualsFilter)
    return ordered(filter.attribute, filter.value, (order) => order >= 0);
  if (filter instanceof LessThanEqualsFilter)
    return ordered(filter.attribute, filter.value, (order) => order <= 0);
  if (filter instanceof ExtensibleFilter) return bits(filter);
  throw new TypeError(`ldapts made a filter of an unknown kind, ${filter.constructor.name}`);
}

function present(attribute: string): Test {
  const values = valuesOf(attribute);
  return (entry) => values(entry).length > 0;
}

function every(filters: readonly Filter[]): Test {
  const tests = filters.map(compile);
  return (entry) => tests.every((test) => test(entry));
}

function some(filters: readonly Filter[]): Test {
  const tests = filters.map(compile);
  return (entry) => tests.some((test) => test(entry));
}

function negated(filter: Filter): Test {
  const test = compile(filter);
  return (entry) => !test(entry);
}

/** How to read the values of an attribute from an entry; its name is in any case. */
function valuesOf(attribute: string): (entry: Entry) => readonly string[] {
  const name = attribute.toLowerCase();
  switch (name) {
    case "memberof":
      return (entry) => entry.memberOf;
    case "distinguishedname":
    case "dn":
      return (entry) => [entry.dn];
    case "objectguid":
      return ({ guid }) => (guid === null ? [] : [guid]);
    case "objectsid":
      return ({ sid }) => (sid === null ? [] : [sid]);
    case "objectclass":
      return classesOf;
    case "objectcategory":
      return categoriesOf;
    case "member":
      throw new DomainError(
        "invalid-value",
        "`member` cannot be used: it is kept as `memberOf` of the members",
        {
          hint: { say: "name the group: '(memberOf=CN=Traders,OU=Groups,DC=contoso,DC=com)'" },
        },
      );
    default:
      return (entry) => exported(entry, name);
  }
}

const exported = (entry: Entry, name: string): string[] =>
  entry.attributes
    .filter(([key]) => key.length === name.length && key.toLowerCase() === name)
    .map(([, value]) => value);

const classOfKind: Readonly<Record<Entry["kind"], readonly string[]>> = {
  user: ["top", "person", "organizationalPerson", "user"],
  group: ["top", "group"],
  container: ["top", "container"],
  domain: ["top", "domain", "domainDNS"],
  resource: ["top"],
};

/** Classes as exported, else those that any entry of the kind has. */
function classesOf(entry: Entry): readonly string[] {
  const classes = exported(entry, "objectclass");
  return classes.length > 0 ? classes : classOfKind[entry.kind];
}

// The defaultObjectCategory of classes, where it is not the class itself (MS-ADSC).
const categoryOfClass = new Map([
  ["user", "person"],
  ["contact", "person"],
  ["inetorgperson", "person"],
  ["organizationalperson", "person"],
  ["organizationalunit", "organizational-unit"],
  ["domain", "domain-dns"],
  ["domaindns", "domain-dns"],
]);
const categoryOf = (name: string): string => categoryOfClass.get(name.toLowerCase()) ?? name.toLowerCase();

/** AD lets a filter name a category by class, `objectCategory=person`, and keeps a DN (MS-ADTS 3.1.1.3.1.3.1). */
function categoriesOf(entry: Entry): string[] {
  const categories = exported(entry, "objectcategory").map((dn) => categoryOf(dnLabel(dn)));
  if (categories.length > 0) return categories;
  const classes = new Set(classesOf(entry).map((each) => each.toLowerCase()));
  const specific = [
    "computer",
    "group",
    "organizationalunit",
    "domaindns",
    "user",
    "contact",
    "inetorgperson",
  ];
  const found = specific.find((each) => classes.has(each));
  return found === undefined ? [] : [categoryOf(found)];
}

/** Text as AD compares it: case, accents (non-spacing marks) and width make no difference. */
function comparable(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return fold(text.normalize("NFKD").replace(/\p{Mn}/gu, ""));
}

function equal(attribute: string, value: string): Test {
  const values = valuesOf(attribute);
  if (attribute.toLowerCase() === "objectcategory") {
    const wanted = categoryOf(dnLabel(value));
    return (entry) => values(entry).includes(wanted);
  }
  const wanted = comparable(value);
  const wantedDn = value.includes("=") ? dnKey(value) : undefined;
  const matches = (held: string): boolean =>
    comparable(held) === wanted || (wantedDn !== undefined && held.includes("=") && dnKey(held) === wantedDn);
  return (entry) => values(entry).some(matches);
}

// Rules of AD for numbers whose bits mean something, such as userAccountControl (MS-ADTS 3.1.1.3.4.4).
const bitRules = new Map<string, (held: bigint, wanted: bigint) => boolean>([
  ["1.2.840.113556.1.4.803", (held, wanted) => (held & wanted) === wanted],
  ["1.2.840.113556.1.4.804", (held, wanted) => (held & wanted) !== 0n],
]);

function bits({ rule, matchType, value }: ExtensibleFilter): Test {
  const meets = bitRules.get(rule);
  if (meets === undefined) {
    throw new DomainError("invalid-value", `the matching rule \`${rule}\` cannot be used on an export`, {
      hint: { say: "rules are 1.2.840.113556.1.4.803 (all bits) and 1.2.840.113556.1.4.804 (any bit)" },
      details: { rule },
    });
  }
  if (!isWhole.test(value)) throw new DomainError("invalid-value", `\`${value}\` is not a number of bits`);
  const values = valuesOf(matchType);
  const wanted = BigInt(value);
  return (entry) => values(entry).some((held) => isWhole.test(held) && meets(BigInt(held), wanted));
}

const isWhole = /^-?\d{1,19}$/;

function substring({ attribute, initial, any, final }: SubstringFilter): Test {
  const values = valuesOf(attribute);
  const [first, middle, last] = [comparable(initial), any.map(comparable), comparable(final)];
  return (entry) => values(entry).some((value) => hasParts(comparable(value), first, middle, last));
}

function hasParts(value: string, first: string, middle: readonly string[], last: string): boolean {
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of middle) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}

function ordered(attribute: string, value: string, meets: (order: number) => boolean): Test {
  const values = valuesOf(attribute);
  const number = isWhole.test(value) ? BigInt(value) : undefined;
  const wanted = comparable(value);
  return (entry) =>
    values(entry).some((held) => {
      if (number !== undefined && isWhole.test(held)) return meets(order(BigInt(held), number));
      return meets(order(comparable(held), wanted));
    });
}

const order = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
