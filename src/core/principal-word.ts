import { dnKey, domainOf, isDomainDn } from "./distinguished-name.ts";
import { fold } from "./text.ts";

/**
 * How a principal is stored: `sip:…` for a user, a distinguished name for a group or container, a DNS name for
 * an AD domain (design: the command line, principals).
 */
export type PrincipalForm = "user" | "entry" | "domain";

export function formOf(stored: string): PrincipalForm {
  if (/^sip:/i.test(stored)) return "user";
  return stored.includes("=") ? "entry" : "domain";
}

/** The key under which a stored principal is compared: case, spaces and escapes of DNs do not matter. */
export function principalKey(stored: string): string {
  const form = formOf(stored);
  if (form === "entry") return isDomainDn(stored) ? fold(domainOf(stored)) : (dnKey(stored) ?? fold(stored));
  return fold(stored);
}
