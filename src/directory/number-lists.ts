/** Many short lists of numbers (32 bits), one after the other. */
export interface NumberLists {
  /** Adds a list, and returns what it is found by. */
  add(numbers: Iterable<number>): NumberList;
  each(list: NumberList): Iterable<number>;
}

export interface NumberList {
  readonly from: number;
  readonly to: number;
}

export const noNumbers: NumberList = { from: 0, to: 0 };

/** Lists without any. */
export function createNumberLists(): NumberLists {
  let numbers = new Uint32Array(1024);
  let end = 0;
  const push = (number: number): void => {
    if (end === numbers.length) {
      const larger = new Uint32Array(numbers.length * 2);
      larger.set(numbers);
      numbers = larger;
    }
    numbers[end++] = number;
  };
  return {
    add: (more) => {
      const from = end;
      for (const number of more) push(number);
      return from === end ? noNumbers : { from, to: end };
    },
    *each({ from, to }) {
      for (let at = from; at < to; at++) yield numbers[at]!;
    },
  };
}
