import type { JsonObject } from "@braze-connectors/shared/json";
import { KeptBytes } from "./kept-bytes";
import type { ReceivedRecord, Update } from "./update";

const kept = new KeptBytes();

/**
 * Lets go of what a record was parsed to, if its updates need it no more. Only its bytes are kept, outside of the
 * heap: many records wait at a time, and hardly any is looked at again.
 * @param bytes with the data as it came, from `start` on
 */
export function letGo(
  record: ReceivedRecord,
  bytes: Buffer,
  start: number,
  updates: readonly Update[],
): void {
  const { data, json } = record;
  if (!json || updates.some(({ body }) => body === data)) return;
  record.utf8 = kept.keep(bytes, start, start + json.sizeBytes);
  record.data = undefined;
  record.json = undefined;
}

/** The data of a record as they came, where that is known. */
export const textOf = ({ json, utf8 }: ReceivedRecord): string | undefined =>
  json?.text ?? (utf8 && Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString());

/** The data of a record, parsed again if they were let go of. */
export const dataOf = (record: ReceivedRecord): JsonObject =>
  record.data ?? (JSON.parse(textOf(record) ?? "{}") as JsonObject);
