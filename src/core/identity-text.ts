/** The pool of an identity `pool\name`: all before the first backslash. */
export function poolOf(identity: string): string {
  return identity.slice(0, identity.indexOf("\\"));
}

/** The identity of an object that belongs to a pool. */
export function identityIn(pool: string, name: string): string {
  return `${pool}\\${name}`;
}
