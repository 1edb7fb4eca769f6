import { DomainError } from "../core/errors.ts";
import { fileStamp } from "./file-stamp.ts";
import { closeQuietly, openForReading } from "./files.ts";

/**
 * A file that stays open for reading for as long as it may be needed, whatever takes its place. Whoever reads a state
 * does not say when it is done: of many such files the one that was not used for longest is closed, and opened again
 * when it is needed after all.
 */
export interface KeptFile {
  /** Valid until the next call that may open a file. Throws `store-stale` where another took its place since. */
  readonly fd: number;
  readonly stamp: string;
  close(): void;
}

/** One process seldom has more than three; a limit of 256 open files is the smallest that systems set. */
const mostOpen = 64;
const open = new Set<KeptFile>();

/** Takes over an open file. `path` is where it is found again, `own` as for openForReading. */
export function keepFile(opened: number, path: string, shown: string, own: boolean): KeptFile {
  const stamp = fileStamp(opened);
  let fd: number | undefined = opened;
  const file: KeptFile = {
    stamp,
    get fd() {
      fd ??= reopen(path, shown, own, stamp);
      touch(file);
      return fd;
    },
    close: () => {
      open.delete(file);
      if (fd !== undefined) closeQuietly(fd);
      fd = undefined;
    },
  };
  touch(file);
  return file;
}

/** Makes a file the last that would be closed. */
function touch(file: KeptFile): void {
  open.delete(file);
  open.add(file);
  const [oldest] = open;
  if (open.size > mostOpen) oldest!.close();
}

function reopen(path: string, shown: string, own: boolean, stamp: string): number {
  const fd = openForReading(path, shown, own);
  if (fd !== undefined && fileStamp(fd) === stamp) return fd;
  if (fd !== undefined) closeQuietly(fd);
  throw new DomainError("store-stale", `\`${shown}\` was replaced while this command read it`, {
    hint: { say: "run it again" },
  });
}
