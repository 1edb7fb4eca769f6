import type { Sized } from "./commands.ts";
import type { Figure } from "./measure.ts";

/** One thing that must hold, and what was measured. */
export interface Checked {
  readonly target: string;
  readonly measured: string;
  readonly holds: boolean;
}

const named = ({ figures }: Sized, name: string): Figure | undefined =>
  figures.find((figure) => figure.name === name);

function ratioAtMost(
  sized: Sized,
  name: string,
  limit: number,
  megabytes = Number.POSITIVE_INFINITY,
): Checked[] {
  const figure = named(sized, name);
  if (figure === undefined) return [];
  const memory = Number.isFinite(megabytes) ? ` and ${megabytes} MB` : "";
  return [
    {
      target: `${sized.size.rooms} rooms: ${name} within ${limit}×${memory}`,
      measured: `${figure.ratio.toFixed(2)}×${memory === "" ? "" : `, ${figure.megabytes ?? "?"} MB`}`,
      holds: figure.ratio <= limit && (figure.megabytes ?? 0) <= megabytes,
    },
  ];
}

const small = (sized: Sized): Checked[] => [
  ...ratioAtMost(sized, "--version", 1.1),
  ...ratioAtMost(sized, "get-room X -o json", 1.25),
  ...ratioAtMost(sized, "get-room X", 1.35),
];

/** Commands on one object, and how much they may cost on the largest documented deployment. */
const oneObject: Readonly<Record<string, number>> = {
  "get-room X -o json": 1.35,
  "set-room X --description": 1.5,
  "set-room X --add-members": 1.6,
  "test-access": 1.6,
};

const large = (sized: Sized): Checked[] => [
  ...Object.entries(oneObject).flatMap(([name, limit]) => ratioAtMost(sized, name, limit, 80)),
  ...listing(sized),
  ...importing(sized),
];

function importing({ size, whole }: Sized): Checked[] {
  return whole
    .filter(({ name }) => name === "import-directory")
    .map(({ seconds, megabytes }) => ({
      target: `${size.users} users: import-directory in 20 s and 1 GB`,
      measured: `${seconds.toFixed(1)} s, ${megabytes ?? "?"} MB`,
      holds: seconds <= 20 && (megabytes ?? 0) <= 1024,
    }));
}

function listing(sized: Sized): Checked[] {
  const { rooms } = sized.size;
  const [names, table, jq] = ["get-room -o name", "get-room", "jq: list identities"].map((name) =>
    named(sized, name),
  );
  const checked = [
    {
      target: `${rooms} rooms: the first name within 1.5×`,
      measured: `${names!.firstOutput.toFixed(2)}×`,
      holds: names!.firstOutput <= 1.5,
    },
    {
      target: `${rooms} rooms: a table in 2 s`,
      measured: `${(table!.milliseconds / 1000).toFixed(2)} s`,
      holds: table!.milliseconds <= 2000,
    },
  ];
  if (jq === undefined) return checked;
  const target = `${rooms} rooms: all names within the time of jq`;
  const measured = `${names!.milliseconds.toFixed(0)} ms, jq ${jq.milliseconds.toFixed(0)} ms`;
  return [...checked, { target, measured, holds: names!.milliseconds <= jq.milliseconds }];
}

const growth = (before: Sized, after: Sized): Checked[] =>
  Object.keys(oneObject).flatMap((name) => {
    const [a, b] = [named(before, name)!, named(after, name)!];
    const grown = b.ratio / a.ratio - 1;
    return [
      {
        target: `${name}: at most 15 % more from ${before.size.rooms} to ${after.size.rooms} rooms`,
        measured: `${(grown * 100).toFixed(0)} %`,
        holds: grown <= 0.15,
      },
    ];
  });

const largest = (sized: Sized): Checked[] => [
  ...Object.keys(oneObject).flatMap((name) => ratioAtMost(sized, name, 1.6, 100)),
  ...bulk(sized),
];

/** What takes in, gives out or goes through everything. */
const bulkCommands = [
  "import-directory",
  "import-room",
  "import-data",
  "export-data",
  "export-environment",
  "plan-environment",
  "apply-environment",
  "get-user",
];
const bulkMegabytes = 1024;

function bulk({ size, whole, figures }: Sized): Checked[] {
  const lists = figures.filter(({ name }) => name.startsWith("get-room -o") || name === "get-room");
  const imports = whole.filter(({ name }) => bulkCommands.includes(name.split(" ")[0]!));
  return [...imports, ...lists].map(({ name, megabytes }) => ({
    target: `${size.rooms} rooms: ${name} in ${bulkMegabytes} MB`,
    measured: `${megabytes ?? "?"} MB`,
    holds: (megabytes ?? 0) <= bulkMegabytes,
  }));
}

/** What must hold of the sizes that were measured. */
export function checkTargets(measured: readonly Sized[]): readonly Checked[] {
  const [a, b, c, d] = [100, 3300, 33_000, 300_000].map((rooms) =>
    measured.find(({ size }) => size.rooms === rooms),
  );
  return [
    ...(a === undefined ? [] : small(a)),
    ...(c === undefined ? [] : large(c)),
    ...(b === undefined || c === undefined ? [] : growth(b, c)),
    ...(d === undefined ? [] : largest(d)),
  ];
}
