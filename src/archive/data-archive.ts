import type { ExportedData } from "../core/export-data.ts";
import type { ImportedData } from "../core/import-data.ts";
import { filesOf, type RoomMessages, type ToJson } from "./layout.ts";
import { readArchive } from "./read-archive.ts";
import { openZip } from "./read-zip.ts";
import { type Report, reportHtml } from "./report.ts";
import { writeText, writeZip } from "./write-zip.ts";

/** Exports of a pool's data as files. See writeZip, openZip, readArchive and writeText for what they throw. */
export const dataArchive = {
  write: (
    path: string,
    { data, messages }: { readonly data: ExportedData; readonly messages: readonly RoomMessages[] },
    { time, toJson }: { readonly time: string; readonly toJson: ToJson },
  ): Promise<number> => writeZip(path, filesOf(data, messages, toJson), { time }),
  read: async (path: string, shown = path): Promise<ImportedData & { close(): void }> => {
    const zip = await openZip(path, shown);
    try {
      return { ...readArchive(zip), close: zip.close };
    } catch (error) {
      zip.close();
      throw error;
    }
  },
  writeReport: (path: string, report: Report): Promise<void> => writeText(path, reportHtml(report)),
};
