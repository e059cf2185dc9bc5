import type { ConfiguredAirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import type { Check, Subject } from "../subject";

const of = "destination-braze";
const count = 30;

/** A source's messages: two streams with a state after every ten records. */
function* messages(streams: readonly string[]): Generator<string> {
  for (const stream of streams) {
    for (let index = 1; index <= count; index += 1) {
      const data = { external_id: `${stream}-${index}`, first_name: `Name ${index}` };
      yield line({ type: "RECORD", record: { stream, data, emitted_at: Date.now() } });
      if (index % 10 === 0) yield line(stateMessage(stream, index));
    }
    const status = { stream_descriptor: { name: stream }, status: "COMPLETE" };
    yield line({
      type: "TRACE",
      trace: { type: "STREAM_STATUS", emitted_at: Date.now(), stream_status: status },
    });
  }
}

const stateMessage = (stream: string, upTo: number) => ({
  type: "STATE",
  state: {
    type: "STREAM",
    stream: { stream_descriptor: { name: stream }, stream_state: { upTo } },
    sourceStats: { recordCount: 10 },
  },
});

const line = (message: object): string => `${JSON.stringify(message)}\n`;

const configured = (name: string, changed: Partial<ConfiguredAirbyteStream> = {}) => ({
  stream: {
    name,
    json_schema: { type: "object", properties: { external_id: {}, first_name: {} } },
    supported_sync_modes: ["full_refresh"],
  },
  sync_mode: "full_refresh",
  destination_sync_mode: "append",
  generation_id: 1,
  minimum_generation_id: 0,
  sync_id: 1,
  ...changed,
});

const write = (subject: Subject, name: string, streams: object[], names: readonly string[]) =>
  subject.run("write", name, {
    config: subject.given.config,
    catalog: { streams },
    input: messages(names),
  });

export const writeChecks: Check[] = [
  {
    name: "write: every state comes back, in order, with what was delivered",
    of,
    async verify(subject) {
      const names = ["one", "two"];
      const streams = names.map((name) => configured(name));
      const finished = await write(subject, "two streams", streams, names);
      expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], errors: [], stderr: "" });
      expect(finished.states).toMatchObject(
        names.flatMap((name) =>
          [10, 20, 30].map((upTo) => ({
            ...stateMessage(name, upTo).state,
            destinationStats: { recordCount: 10 },
          })),
        ),
      );
      expect(finished.messages.filter(({ type }) => !["STATE", "LOG", "TRACE"].includes(type))).toEqual([]);
    },
  },
  {
    name: "write: takes every sync mode that the specification names",
    of,
    async verify(subject) {
      const { supported_destination_sync_modes: modes = [] } = await subject.spec();
      expect(modes.length).toBeGreaterThan(0);
      for (const mode of modes) {
        const stream = configured(`by ${mode}`, {
          destination_sync_mode: mode,
          primary_key: [["external_id"]],
        });
        const finished = await write(subject, mode, [stream], [`by ${mode}`]);
        expect([mode, finished.exitCode, finished.states.length]).toEqual([mode, 0, 3]);
      }
    },
  },
  {
    name: "write: a stream that can't be written fails the sync before the first record, and says so",
    of,
    async verify(subject) {
      const stream = configured("lost", { destination_object_name: "no_such_object" });
      const finished = await write(subject, "unknown object", [stream], ["lost"]);
      expect(finished.exitCode).not.toBe(0);
      expect(finished.errors).toMatchObject([{ failure_type: "config_error" }]);
      expect(finished.states).toEqual([]);
    },
  },
];
