import { columns } from "./data/profiles";
import type { Lab } from "./lab";
import { type Finished, measureChild } from "./measure/child";
import { bucketName, type SinkSetup } from "./sink/sink";

export type Storage = { storage_type: "Local"; directory: string } | ReturnType<typeof sinkStorage>;

export const localStorage = (directory: string): Storage => ({ storage_type: "Local", directory });

export const sinkStorage = (lab: Lab) => ({
  storage_type: "S3",
  s3_bucket_name: bucketName,
  s3_bucket_region: "us-east-1",
  access_key_id: "bench",
  secret_access_key: "bench",
  s3_endpoint: lab.sink.url,
});

export interface WriteOptions {
  /** File with the messages. */
  input: string;
  storage: Storage;
  /** Records in it. */
  records: number;
  /** Objects that Braze is to receive of them. */
  objects?: number;
  setup?: SinkSetup;
  limits?: object;
}

/** More than anything here can send: these benchmarks are about speed, `limit` is about the limit. */
export const unlimited = { requests_per_3_seconds: 1_000_000 };

/** Runs `destination-braze write` and makes sure that every record was acknowledged. */
export async function measureWrite(lab: Lab, options: WriteOptions): Promise<Finished> {
  const { input, storage, records, setup = {}, limits = unlimited } = options;
  const args = await writeArguments(lab, storage, "profiles", columns, limits);
  let output = "";
  const run = () =>
    measureChild(lab.programs.destination, args, { input, onOutput: (piece) => (output += piece) });
  const finished = await lab.withSink(setup, options.objects ?? records, run);
  const acknowledged = acknowledgedIn(output);
  if (acknowledged !== records) throw new Error(`${acknowledged} of ${records} records were acknowledged.`);
  return finished;
}

export async function writeArguments(
  lab: Lab,
  storage: Storage,
  stream: string,
  streamColumns: readonly string[],
  limits: object = unlimited,
): Promise<string[]> {
  const config = { url: lab.sink.url, api_key: "bench-key", object_storage_config: storage, limits };
  const catalog = {
    streams: [
      {
        stream: {
          name: stream,
          json_schema: {
            type: "object",
            properties: Object.fromEntries(streamColumns.map((name) => [name, {}])),
          },
          supported_sync_modes: ["full_refresh"],
        },
        sync_mode: "full_refresh",
        destination_sync_mode: "append",
        sync_id: 1,
      },
    ],
  };
  return ["write", "--config", await lab.jsonFile(config), "--catalog", await lab.jsonFile(catalog)];
}

function acknowledgedIn(output: string): number {
  let records = 0;
  for (const line of output.split("\n")) {
    const count = /^\{"type":"STATE".*"destinationStats":\{"recordCount":(\d+)/.exec(line)?.[1];
    records += Number(count ?? 0);
  }
  return records;
}
