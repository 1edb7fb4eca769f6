import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
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
import { dnKey } from "../core/distinguished-name.ts";
import { DomainError } from "../core/errors.ts";
import { fold } from "../core/text.ts";

type Test = (entry: Entry) => boolean;

/**
 * A test for entries from an LDAP filter (RFC 4515; without its outer parentheses too, as the cmdlets' examples
 * write it). ldapts parses; matching is by AD's caseIgnore rules over what was exported, numbers by size, and
 * distinguished names parsed. An attribute that an entry does not have matches nothing.
 * Throws `invalid-value` where the text is no filter.
 */
export function compileLdapFilter(text: string): Test {
  const trimmed = text.trim();
  return compile(parse(trimmed.startsWith("(") ? trimmed : `(${trimmed})`, text));
}

function parse(filter: string, given: string): Filter {
  try {
    return FilterParser.parseString(filter);
  } catch (error) {
    throw new DomainError("invalid-value", `\`${given}\` is not an LDAP filter: ${reasonOf(error)}`, {
      hint: {
        say: "write it as in '(&(department=IT)(!(cn=A*)))'; ( ) * and \\ in values are \\28 \\29 \\2a \\5c",
      },
    });
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!.replace(/\.$/, "").toLowerCase();

function compile(filter: Filter): Test {
  if (filter instanceof AndFilter) return every(filter.filters);
  if (filter instanceof OrFilter) return some(filter.filters);
  if (filter instanceof NotFilter) return negated(filter.filter);
  if (filter instanceof PresenceFilter) return (entry) => valuesOf(entry, filter.attribute).length > 0;
  if (filter instanceof EqualityFilter || filter instanceof ApproximateFilter) {
    return equal(filter.attribute, String(filter.value));
  }
  if (filter instanceof SubstringFilter) return substring(filter);
  if (filter instanceof GreaterThanEqualsFilter)
    return ordered(filter.attribute, filter.value, (order) => order >= 0);
  if (filter instanceof LessThanEqualsFilter)
    return ordered(filter.attribute, filter.value, (order) => order <= 0);
  throw new DomainError(
    "invalid-value",
    "extensible matches (:=) cannot be used: the export does not say their rules",
    {
      hint: { say: "compare the attribute with =, >=, <= or *" },
    },
  );
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

/** Values of an attribute, its name in any case. `memberOf` is what the import worked out. */
function valuesOf(entry: Entry, attribute: string): readonly string[] {
  const name = attribute.toLowerCase();
  if (name === "memberof") return entry.memberOf;
  if (name === "distinguishedname" || name === "dn") return [entry.dn];
  if (name === "objectguid") return entry.guid === null ? [] : [entry.guid];
  if (name === "objectsid") return entry.sid === null ? [] : [entry.sid];
  return entry.attributes.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function equal(attribute: string, value: string): Test {
  const wanted = fold(value);
  const wantedDn = value.includes("=") ? dnKey(value) : undefined;
  const matches = (held: string): boolean =>
    fold(held) === wanted || (wantedDn !== undefined && held.includes("=") && dnKey(held) === wantedDn);
  return (entry) => valuesOf(entry, attribute).some(matches);
}

function substring({ attribute, initial, any, final }: SubstringFilter): Test {
  const [first, middle, last] = [fold(initial), any.map(fold), fold(final)];
  return (entry) => valuesOf(entry, attribute).some((value) => hasParts(fold(value), first, middle, last));
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
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
  return (entry) =>
    valuesOf(entry, attribute).some((held) => {
      if (number !== undefined && /^-?\d{1,15}$/.test(held)) return meets(Number(held) - number);
      const [a, b] = [fold(held), fold(value)];
      return meets(a < b ? -1 : a > b ? 1 : 0);
    });
}
