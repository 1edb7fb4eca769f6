import { textWidth } from "./text-width.ts";

/** How far work has come. */
export interface Stage {
  /** What is done, in a word or two: `running rooms.pchat`. */
  readonly label: string;
  readonly done: number;
  /** Undefined where nobody knows. */
  readonly total: number | undefined;
  /** Milliseconds since it began. */
  readonly elapsed: number;
  /** What is counted. */
  readonly unit: "items" | "bytes";
}

const barWidth = 24;

/**
 * One line that fits into so many columns: a bar, how much is done of how much, the rate, and the time left. What does
 * not fit is left out from the end; without a total there is neither bar nor time left.
 */
export function progressText(stage: Stage, columns: number): string {
  const { label, done, total, elapsed, unit } = stage;
  const amount = unit === "bytes" ? megabytes : counted;
  const rate = elapsed === 0 ? 0 : (done * 1000) / elapsed;
  const parts = [
    label,
    ...(total === undefined ? [] : [barOf(done / Math.max(total, 1)), `${percentage(done, total)} %`]),
    total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`,
    `${amount(rate)} a second`,
    ...(total === undefined || rate === 0 ? [] : [`${duration((total - done) / rate)} left`]),
  ];
  let text = "";
  for (const part of parts) {
    const longer = text === "" ? part : `${text}  ${part}`;
    if (textWidth(longer) >= columns) break;
    text = longer;
  }
  return text;
}

const percentage = (done: number, total: number): number =>
  total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));

function barOf(share: number): string {
  const filled = Math.min(barWidth, Math.floor(share * barWidth));
  return `[${"#".repeat(filled)}${"-".repeat(barWidth - filled)}]`;
}

const counted = (count: number): string => Math.round(count).toLocaleString("en-US");
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

function duration(seconds: number): string {
  const rounded = Math.ceil(seconds);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
  return `${Math.floor(rounded / 3600)} h ${Math.floor((rounded % 3600) / 60)} min`;
}
