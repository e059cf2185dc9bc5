import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";

/** What the demo reads of `{sync_id}/report.json`. */
export interface SyncReport {
  received: number;
  accepted: number;
  rejected: number;
  requests: number;
  objects: number;
  data_points: { received: number; sent: number };
  objects_per_request: number;
}

export interface RejectedRecord {
  reasons: { code: string; message: string }[];
}

/** Reads the report and the rejected records of a sync; copies of the latter and of the page stay when the sandbox goes. */
export async function collectRejected(
  storage: ObjectStorage,
  syncId: number,
  folder: string,
): Promise<{ report: SyncReport; rejected: RejectedRecord[]; keptAt: string; pageAt: string }> {
  const report = JSON.parse((await readAll(storage, `${syncId}/report.json`)).toString()) as SyncReport;
  const lines: string[] = [];
  for (const { key } of await storage.list(`${syncId}/rejected/`)) {
    const text = gunzipSync(await readAll(storage, key)).toString();
    lines.push(...text.split("\n").filter((line) => line !== ""));
  }
  const keptAt = join(folder, `rejected-${syncId}.jsonl`);
  await writeFile(keptAt, lines.map((line) => `${line}\n`).join(""));
  const pageAt = join(folder, `report-${syncId}.html`);
  await writeFile(pageAt, await readAll(storage, `${syncId}/report.html`));
  return { report, pageAt, rejected: lines.map((line) => JSON.parse(line) as RejectedRecord), keptAt };
}
