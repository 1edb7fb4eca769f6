export type ColorFlag = "auto" | "always" | "never";

export interface ColorQuestion {
  readonly flag: ColorFlag;
  readonly isTTY: boolean;
  readonly env: {
    readonly NO_COLOR?: string | undefined;
    readonly FORCE_COLOR?: string | undefined;
    readonly TERM?: string | undefined;
  };
}

/**
 * Whether one stream gets colour: the flag decides, else NO_COLOR, else FORCE_COLOR (`0` and `false` turn it off),
 * else TERM=dumb, else whether the stream is a terminal. Variables that are set but empty count as not set.
 */
export function colorEnabled({ flag, isTTY, env }: ColorQuestion): boolean {
  if (flag !== "auto") return flag === "always";
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTTY && env.TERM !== "dumb";
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";

/** Ways to mark text by its role. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly hint: (text: string) => string;
  /** What a change brings, alters and takes away. */
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
}

const asItIs = (text: string): string => text;

/** Paint for a stream without colour. */
export const plainPaint: Paint = {
  bold: asItIs,
  error: asItIs,
  warning: asItIs,
  hint: asItIs,
  added: asItIs,
  changed: asItIs,
  removed: asItIs,
};

/** Paint for a stream. chalk is loaded only with colour, at a fixed level: what it detects is decided already. */
export async function loadPaint(color: boolean): Promise<Paint> {
  if (!color) return plainPaint;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  return {
    bold: chalk.bold,
    error: chalk.red.bold,
    warning: chalk.yellow.bold,
    hint: chalk.cyan.bold,
    added: chalk.green,
    changed: chalk.yellow,
    removed: chalk.red,
  };
}
