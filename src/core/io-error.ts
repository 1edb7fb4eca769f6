import { DomainError, type RefusalCode } from "./errors.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "part of its path is not a folder",
  ENOENT: "there is no such file or folder",
  EIO: "the disk reports an error",
  ELOOP: "it is a symbolic link, or its path has too many",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  EFBIG: "it would become too large",
};

const mayNot = "run it as somebody who may, or have its owner allow it (chmod, chown)";
const makeRoom = "make room, and run it again";
const remedies: Readonly<Record<string, string>> = {
  EACCES: mayNot,
  EPERM: mayNot,
  EROFS: "name a place on another file system",
  ENOSPC: makeRoom,
  EDQUOT: makeRoom,
  EFBIG: "raise the limit on the size of files (ulimit -f), and run it again",
  EMFILE: "raise the limit on open files (ulimit -n), and run it again",
};

/** A system error as a refusal that names the file. What is a refusal already stays as it is. */
export function ioError(code: RefusalCode, path: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const system = errnoOf(error);
  if (system === undefined) throw error;
  const verb = code === "write-failed" ? "write" : "read";
  const say = remedies[system];
  return new DomainError(code, `cannot ${verb} \`${path}\`: ${ioReason(system)}`, {
    ...(say === undefined ? {} : { hint: { say: verb === "write" ? `nothing was changed; ${say}` : say } }),
    details: { path, system },
  });
}

/** What a system error (`ENOENT`) means, in words. */
export const ioReason = (system: string): string => reasons[system] ?? system;

/** The system's own name of an error (`ENOENT`), or undefined for anything else that was thrown. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
