import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Braze } from "../braze";
import type { Endpoint } from "../rest/endpoint";
import type { Rest } from "../rest/rest";
import type { Settings } from "../settings";

/** What a stream works with. */
export interface Source {
  settings: Settings;
  braze: Braze;
  context: Context;
  /** Braze's read endpoints, with what the streams of a sync share. */
  rest: Rest;
}

/** What the host wants of a stream. */
export interface ReadRequest {
  /** Columns selected in the configured catalog; undefined when its schema names none, which means all. */
  columns: readonly string[] | undefined;
  /** Whether only what is new since the last state is wanted. */
  incremental: boolean;
  /** The stream's last state, if there is one. */
  state: JsonObject | undefined;
  /** The sync as its host names it (`sync_id` of the catalog), if it does. */
  sync?: number | undefined;
}

/** A stream is a declaration: what it is called, what its records look like, and how they are read. */
export interface Stream {
  name: string;
  /** The endpoint that it is read from. */
  endpoint: Endpoint;
  primaryKey(settings: Settings): readonly string[];
  /** The column that an incremental sync goes by; undefined for a stream that can only be read whole. */
  cursor?: string;
  /** A sentence saying what the config lacks for incremental syncs, if anything. */
  missingForIncremental?(settings: Settings): string | undefined;
  /** The list stream whose entries this one is read for. */
  parent?: string;
  /** Whether shards read a share each; of all other streams shard 0 reads everything. */
  isShared?: boolean;
  /** Whether an interrupted full refresh can go on from its last state. */
  isResumable: boolean;
  /** A sentence saying what the config lacks for this stream, if anything. */
  missingSetting(settings: Settings): string | undefined;
  /** JSON Schema of its records. */
  schema(source: Source): Promise<JsonObject>;
  /** Reads the stream to its end. */
  read(source: Source, request: ReadRequest, emitter: StreamEmitter): Promise<void>;
}
