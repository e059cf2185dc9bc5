import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import type { Lab } from "./lab";
import { type Finished, measureChild } from "./measure/child";
import { RecordCounter } from "./measure/record-counter";
import type { SinkSetup } from "./sink/sink";
import { sinkStorage } from "./write";

export const exportColumns: readonly string[] = Object.keys(schema.properties);
/** The files are there at once: nothing is gained by waiting for more. */
const haste = { poll_interval_seconds: 0.1, settle_seconds: 0.2 };

export interface Read extends Finished {
  /** From the start of the process to the last record: what follows is waiting for files that might still come. */
  readingSeconds: number;
}

/** Runs `source-braze read` on the export that the setup has. @throws unless every user came out */
export async function measureRead(lab: Lab, setup: SinkSetup, users: number): Promise<Read> {
  const counter = new RecordCounter();
  const args = await readArguments(lab, setup);
  const startedAt = performance.now();
  const finished = await lab.withSink(setup, undefined, () =>
    measureChild(lab.programs.source, args, { onOutput: (piece) => counter.take(piece) }),
  );
  if (counter.records !== users) throw new Error(`${counter.records} of ${users} users came out.`);
  return { ...finished, readingSeconds: (counter.lastAtMs - startedAt) / 1000 };
}

export async function readArguments(lab: Lab, setup: SinkSetup): Promise<string[]> {
  const config = {
    url: lab.sink.url,
    api_key: "bench-key",
    segment_ids: ["3cd5ddbb-a4fb-4c1a-8a5c-7b0ae9c3a8a4"],
    segment_export: haste,
    object_storage_config: setup.export?.kind === "bucket" ? sinkStorage(lab) : { storage_type: "None" },
  };
  const catalog = {
    streams: [
      {
        stream: { name: "segment_users", json_schema: schema, supported_sync_modes: ["full_refresh"] },
        sync_mode: "full_refresh",
        destination_sync_mode: "append",
      },
    ],
  };
  return ["read", "--config", await lab.jsonFile(config), "--catalog", await lab.jsonFile(catalog)];
}
