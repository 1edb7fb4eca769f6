import { closeSync, constants, ftruncateSync, openSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { DomainError } from "../core/errors.ts";
import { writeAll } from "./files.ts";
import { ioError } from "./io-error.ts";
import type { StorePaths } from "./store-paths.ts";

/** Who writes to a store. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

export interface LockOptions {
  readonly owner: LockHolder;
  /** Seconds. */
  readonly timeout: number;
  /** Called once, after a second of waiting. */
  onWaiting(holder: LockHolder | undefined): void;
}

/**
 * Runs an action while no other process writes to the store. The lock is the system's own on an open file: it ends
 * with the process that holds it, however that ends, and never before. Throws `store-locked` after the time-out,
 * naming the holder.
 */
export async function withLock<T>(paths: StorePaths, options: LockOptions, action: () => T): Promise<T> {
  const { tryLock, unlock } = await import("fs-native-extensions");
  const fd = openLock(paths);
  try {
    await take(() => tryLock(fd, 0, 1), paths, options);
    ftruncateSync(fd);
    writeAll(fd, Buffer.from(`${JSON.stringify(options.owner)}\n`), 0);
    try {
      return action();
    } finally {
      unlock(fd, 0, 1);
    }
  } finally {
    closeSync(fd);
  }
}

function openLock(paths: StorePaths): number {
  try {
    return openSync(paths.lock, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch (error) {
    throw ioError("write-failed", paths.lock, error);
  }
}

const pause = 20;

async function take(attempt: () => boolean, paths: StorePaths, options: LockOptions): Promise<void> {
  const tries = Math.ceil((options.timeout * 1000) / pause);
  const patience = Math.ceil(1000 / pause);
  for (let tried = 0; !attempt(); tried++) {
    if (tried >= tries) throw held(paths, readHolder(paths), options.timeout);
    if (tried === patience) options.onWaiting(readHolder(paths));
    await wait(pause);
  }
}

/** What the holder wrote of itself; undefined while it is about to. */
export function readHolder(paths: StorePaths): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(paths.lock, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}

function held(paths: StorePaths, holder: LockHolder | undefined, seconds: number): DomainError {
  const by =
    holder === undefined
      ? "another process"
      : `\`${holder.command}\` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new DomainError(
    "store-locked",
    `\`${paths.given}\` is being changed by ${by}; waited ${seconds} s`,
    {
      hint: { say: "run it again, or wait longer with --lock-timeout" },
      details: { holder: holder ?? null },
    },
  );
}
