import { fstatSync, statSync } from "node:fs";

/** What tells one version of a file from another without reading it: which file it is, its size and its times. */
export function fileStamp(place: number | string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } =
    typeof place === "number" ? fstatSync(place, { bigint: true }) : statSync(place, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}
