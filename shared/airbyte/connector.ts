import type {
  AirbyteCatalog,
  ConfiguredAirbyteCatalog,
  ConnectorSpecification,
  DestinationCatalog,
} from "@braze-connectors/spec/airbyte/protocol";
import type { ValidateFunction } from "ajv";
import type { Context } from "./context";
import type { StreamStates } from "./state";

/** How a sync ended: completed, or reported its errors already. */
export type SyncResult = "complete" | "failed";

export interface ReadInput<Config> {
  config: Config;
  catalog: ConfiguredAirbyteCatalog;
  states: StreamStates;
}

export interface WriteInput<Config> {
  config: Config;
  catalog: ConfiguredAirbyteCatalog;
  /** The host's messages, as raw bytes. */
  input: AsyncIterable<Buffer | string>;
  /** Do everything but the requests that change something. */
  dryRun: boolean;
}

/** The commands of a connector. Errors a user can cause are thrown as ConnectorError. */
export interface Commands<Config> {
  /** Returns when everything that the config needs works. */
  check(config: Config, context: Context): Promise<void>;
  discover?(
    config: Config,
    context: Context,
  ): Promise<{ catalog: AirbyteCatalog } | { destinationCatalog: DestinationCatalog }>;
  read?(input: ReadInput<Config>, context: Context): Promise<SyncResult>;
  write?(input: WriteInput<Config>, context: Context): Promise<SyncResult>;
}

/** A connector as the command line runs it. What a command needs is loaded only when it runs. */
export interface Connector<Config> {
  name: string;
  version: string;
  description: string;
  commands: readonly ("spec" | "check" | "discover" | "read" | "write")[];
  spec: ConnectorSpecification;
  loadValidator(): Promise<ValidateFunction>;
  loadCommands(): Promise<Commands<Config>>;
}
