import { closeSync, constants, fstatSync, ftruncateSync, openSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { DomainError } from "../core/errors.ts";
import { ioError } from "../core/io-error.ts";
import { applyOwnership, closeQuietly, type Ownership, privateMode, readRange, writeAll } from "./files.ts";

/** Who holds the lock. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** The state of the JSON file after the last change that was written to its end. */
export interface WrittenMark {
  readonly lineage: string;
  readonly serial: number;
  readonly file: string;
  /** By which the file and the journal are recognised, as they were when all of the change was written. */
  readonly stamps?: Stamps;
}

export interface Stamps {
  readonly file: string;
  readonly journal: string;
}

interface LockRecord {
  /** Null, or absent, where the last holder let go by itself. */
  readonly holder?: Holder | null;
  readonly written?: WrittenMark | null;
}

export interface Lock {
  /** What the lock file said of the last change written, or null. */
  readonly written: WrittenMark | null;
  /** Notes that a change is in the JSON file and on disk; kept in the lock file when the lock is let go. */
  mark(written: WrittenMark): void;
  /**
   * Forgets at once what was noted, unless it can be of a file that has come to this serial: files that were put back
   * by hand went back together, and must not be taken for a file that alone went back. Throws what writing throws.
   */
  forgetBeyond(lineage: string, serial: number): void;
  release(): void;
}

export interface LockOptions {
  readonly path: string;
  readonly shown: string;
  /** Mode and owner for a lock file that is not there yet. */
  readonly like: Ownership | undefined;
  readonly timeout: number;
  readonly holder: Holder;
  readonly onWaiting: (holder: Holder | undefined) => void;
}

// The byte that is locked lies far behind the record: on Windows a locked byte cannot be read by others.
const lockedByte = 0x4000_0000;
const longestRecord = 64 * 1024;

/**
 * Takes the lock that writers share. It belongs to the open file, in the kernel: it ends with its process, however
 * that ends, and never sooner, however long that is stopped. The file stays for good and is never renamed; what
 * is written in it only serves messages and the mark.
 *
 * Waits up to `timeout` seconds, telling `onWaiting` once after one second. Throws `store-locked` naming the
 * holder, `write-failed` where the file cannot be opened or the machine has no such locks.
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const native = await loadNative(options.shown);
  const fd = openLockFile(options);
  try {
    await waitForTurn(options, fd, () => native.tryLock(fd, lockedByte, 1));
    const { written = null } = readRecord(fd);
    let mark = written;
    writeRecord(fd, { holder: options.holder, written });
    return {
      written,
      mark: (next) => {
        mark = next;
      },
      forgetBeyond: (lineage, serial) => {
        if (mark === null || (mark.lineage === lineage && mark.serial <= serial)) return;
        mark = null;
        writeRecord(fd, { holder: options.holder, written: mark });
      },
      release: () => {
        // The change is kept by now: a lock file that cannot be written must not make it look as if it were not.
        writeQuietly(fd, { holder: null, written: mark });
        closeQuietly(fd);
      },
    };
  } catch (error) {
    closeQuietly(fd);
    throw ioError("write-failed", options.shown, error);
  }
}

type Native = typeof import("fs-native-extensions");

async function loadNative(shown: string): Promise<Native> {
  try {
    return await import("fs-native-extensions");
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    throw new DomainError("write-failed", `cannot lock \`${shown}\`: no file locks on ${platform}`, {
      hint: { say: "reading works; write from a machine that fs-native-extensions has a build for" },
      details: { platform, reason: error instanceof Error ? error.message : String(error) },
    });
  }
}

function openLockFile({ path, shown, like }: LockOptions): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, privateMode);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new DomainError("store-damaged", `\`${shown}\` is not an ordinary file`);
    if (stats.size === 0 && like !== undefined) applyOwnership(fd, like);
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw ioError("write-failed", shown, error);
  }
}

async function waitForTurn(options: LockOptions, fd: number, tryOnce: () => boolean): Promise<void> {
  // Most find it free; the clock is not even loaded for them.
  if (tryOnce()) return;
  const start = performance.now();
  let told = false;
  while (!tryOnce()) {
    const waited = performance.now() - start;
    if (waited >= options.timeout * 1000) throw locked(options, readRecord(fd).holder ?? undefined);
    if (waited >= 1000 && !told) {
      told = true;
      options.onWaiting(readRecord(fd).holder ?? undefined);
    }
    // Random, so that waiting processes do not keep meeting; short, so that a killed holder is not waited for.
    await wait(1 + Math.random() * 14);
  }
}

function locked({ timeout }: LockOptions, holder: Holder | undefined): DomainError {
  const by =
    holder === undefined
      ? "another process"
      : `\`${holder.command}\` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new DomainError("store-locked", `the store is being changed by ${by}`, {
    hint: { say: `waited ${timeout} s; --lock-timeout waits longer` },
    details: { holder: holder ?? null, waitedSeconds: timeout },
  });
}

/** What a lock file says, for those who do not hold the lock. A missing or unreadable one says nothing. */
export function readLockRecord(path: string): LockRecord {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return {};
  }
  try {
    return fstatSync(fd).isFile() ? readRecord(fd) : {};
  } finally {
    closeSync(fd);
  }
}

/** One line of JSON. Whatever follows it is the rest of a longer one before. */
function readRecord(fd: number): LockRecord {
  try {
    const text = readRange(fd, 0, longestRecord).toString("utf8");
    const record: unknown = JSON.parse(text.slice(0, Math.max(0, text.indexOf("\n"))));
    return typeof record === "object" && record !== null ? cleanRecord(record) : {};
  } catch {
    return {};
  }
}

function cleanRecord({ holder, written }: LockRecord): LockRecord {
  return { holder: isHolder(holder) ? holder : null, written: isMark(written) ? written : null };
}

const isHolder = (value: LockRecord["holder"]): value is Holder =>
  typeof value?.host === "string" && typeof value.pid === "number" && typeof value.command === "string";

const isMark = (value: LockRecord["written"]): value is WrittenMark =>
  typeof value?.lineage === "string" &&
  Number.isSafeInteger(value.serial) &&
  typeof value.file === "string" &&
  (value.stamps === undefined || isStamps(value.stamps));

const isStamps = ({ file, journal }: Stamps): boolean =>
  typeof file === "string" && typeof journal === "string";

function writeRecord(fd: number, record: LockRecord): void {
  const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
  writeAll(fd, bytes, 0);
  ftruncateSync(fd, bytes.length);
}

function writeQuietly(fd: number, record: LockRecord): void {
  try {
    writeRecord(fd, record);
  } catch {
    // See release.
  }
}
