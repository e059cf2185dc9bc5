/** What tests of `write` share: lines of input, catalogs, and what came out. */
import type { Finished } from "./harness";
import type { FaultHandle, JsonObject, Workspace } from "./sandbox";

export const line = (message: object): string => `${JSON.stringify(message)}\n`;

export const record = (stream: string, data: object): string =>
  line({ type: "RECORD", record: { stream, data, emitted_at: 1 } });

export const state = (stream: string, position: number): string =>
  line({
    type: "STATE",
    state: { type: "STREAM", stream: { stream_descriptor: { name: stream }, stream_state: { position } } },
  });

/** A stream of a configured catalog: its name, its columns, and what is not usual about it. */
export type StreamOptions = { name: string; columns?: string[]; mode?: string } & JsonObject;

export const catalogOf = (...streams: (string | StreamOptions)[]) => ({
  streams: streams
    .map((stream): StreamOptions => (typeof stream === "string" ? { name: stream } : stream))
    .map(({ name, columns = [], mode = "append", ...rest }) => ({
      stream: {
        name,
        json_schema: { type: "object", properties: Object.fromEntries(columns.map((each) => [each, {}])) },
        supported_sync_modes: ["full_refresh"],
      },
      sync_mode: "full_refresh",
      destination_sync_mode: mode,
      sync_id: 42,
      generation_id: 1,
      minimum_generation_id: 0,
      ...rest,
    })),
});

export const users = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => record("users", { external_id: `u${index}`, number: index }));

/** Some lines, and then nothing more while stdin stays open. */
export async function* silentAfter(...lines: string[]): AsyncGenerator<string> {
  yield lines.join("");
  await new Promise(() => undefined);
}

export const errorsOf = ({ errors }: Finished): string[] =>
  errors.map(({ failure_type, message }) => `${failure_type}: ${message}`);

/** What the states that came back report, as `position accepted+rejected`. */
export const statesOf = ({ states }: Finished): string[] =>
  states.map(({ stream, destinationStats }) => {
    const { position } = (stream?.stream_state ?? {}) as { position?: number };
    return `${position} ${destinationStats?.recordCount}+${destinationStats?.rejectedRecordCount}`;
  });

export const trackRequests = ({ requests }: Workspace) =>
  requests.filter(({ path }) => path === "/users/track");

/** Resolves when a fault has struck so often. */
export async function struck(fault: Pick<FaultHandle, "hits">, hits: number): Promise<void> {
  while (fault.hits < hits) await new Promise((resolve) => setTimeout(resolve, 20));
}
