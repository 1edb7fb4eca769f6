/** Each element once, in the order of first appearance; two with one key are the same. */
export function* distinct<T>(
  elements: Iterable<T>,
  keyOf: (element: T) => unknown = (element) => element,
): Iterable<T> {
  const seen = new Set<unknown>();
  for (const element of elements) {
    const key = keyOf(element);
    if (seen.has(key)) continue;
    seen.add(key);
    yield element;
  }
}

/** What is made anew whenever somebody goes through it. */
export const again = <T>(make: () => Iterable<T>): Iterable<T> => ({
  [Symbol.iterator]: () => make()[Symbol.iterator](),
});

/** The same elements as often as they are asked for, each taken from its source once, when it is first needed. */
export function remembered<T>(source: Iterable<T>): Iterable<T> {
  const known: T[] = [];
  const rest = source[Symbol.iterator]();
  let isWhole = false;
  function* asFound(): Generator<T> {
    for (let at = 0; ; at++) {
      if (at === known.length) {
        const next = isWhole ? undefined : rest.next();
        if (next === undefined || next.done === true) {
          isWhole = true;
          return;
        }
        known.push(next.value);
      }
      yield known[at]!;
    }
  }
  return { [Symbol.iterator]: () => (isWhole ? known[Symbol.iterator]() : asFound()) };
}
