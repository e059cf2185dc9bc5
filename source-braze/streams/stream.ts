import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Braze } from "../braze";
import type { Settings } from "../settings";

/** What a stream works with. */
export interface Source {
  settings: Settings;
  braze: Braze;
  context: Context;
}

/** What the host wants of a stream. */
export interface ReadRequest {
  /** Columns selected in the configured catalog; undefined when its schema names none, which means all. */
  columns: readonly string[] | undefined;
  /** The stream's last state, if there is one. */
  state: JsonObject | undefined;
}

/** A stream is a declaration: what it is called, what its records look like, and how they are read. */
export interface Stream {
  name: string;
  primaryKey: readonly string[];
  /** Whether an interrupted full refresh can go on from its last state. */
  isResumable: boolean;
  /** A sentence saying what the config lacks for this stream, if anything. */
  missingSetting(settings: Settings): string | undefined;
  /** JSON Schema of its records. */
  schema(source: Source): Promise<JsonObject>;
  /** Reads the stream to its end. */
  read(source: Source, request: ReadRequest, emitter: StreamEmitter): Promise<void>;
}
