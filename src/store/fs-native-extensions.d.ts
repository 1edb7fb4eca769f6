/** The part of the library that is used; it comes without types. */
declare module "fs-native-extensions" {
  /** Takes an exclusive lock on a range of a file's bytes, or returns false where another has it. */
  export function tryLock(fd: number, offset: number, length: number): boolean;
}
