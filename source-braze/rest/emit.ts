import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";

/** Emits records in order, as fast as the host takes them. */
export async function emitAll(emitter: StreamEmitter, records: Iterable<JsonObject>): Promise<void> {
  for (const record of records) {
    const pause = emitter.record(record);
    if (pause !== undefined) await pause;
  }
}

/** The last state of a stream that has nothing to go on from: it tells the host how many records there were. */
export const emitEnd = (emitter: StreamEmitter): Promise<void> => emitter.state({ complete: true });
