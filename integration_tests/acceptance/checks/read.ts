import type { AirbyteRecordMessage } from "@braze-connectors/spec/airbyte/protocol";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { configure, type Finished } from "../../harness";
import { propertiesOf, type Schema } from "../schema-walk";
import type { Check, Subject } from "../subject";
import { discovered } from "./discovery";

const of = "source-braze";

/** Reads all streams, or the incremental ones, to their ends. */
async function read(
  subject: Subject,
  name: string,
  mode: "full_refresh" | "incremental" = "full_refresh",
  state?: object,
): Promise<Finished> {
  const streams = (await discovered(subject)).filter(({ supported_sync_modes }) =>
    supported_sync_modes.includes(mode),
  );
  const catalog = configure({ streams: [...streams] }, (stream) => {
    stream.sync_mode = mode;
  });
  const finished = await subject.run("read", name, {
    config: subject.given.config,
    catalog,
    ...(state === undefined ? {} : { state }),
  });
  expect(finished.errors).toEqual([]);
  expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], stderr: "" });
  return finished;
}

/** What differs from one reading to the next is the time of the reading. */
const comparable = ({ stream, data: { exported_at, ending_at, ...data } }: AirbyteRecordMessage): string =>
  JSON.stringify([stream, data]);

const cursorOf = async (subject: Subject, stream: string): Promise<string> =>
  (await discovered(subject)).find(({ name }) => name === stream)?.default_cursor_field?.[0] ?? "";

export const readChecks: Check[] = [
  {
    name: "basic read: every stream has records, and they are what its schema says",
    of,
    async verify(subject) {
      const finished = await read(subject, "full refresh");
      // Users have attributes called `constructor`; what an object inherits is none of its own.
      const ajv = new Ajv({ strict: false, ownProperties: true });
      addFormats(ajv);
      for (const { name, json_schema } of await discovered(subject)) {
        const validate = ajv.compile(json_schema);
        const known = Object.keys(propertiesOf(json_schema as Schema));
        const records = finished.records(name);
        expect([name, records.length > 0]).toEqual([name, true]);
        for (const { data } of records) {
          expect([name, validate(data), validate.errors]).toEqual([name, true, null]);
          expect([name, Object.keys(data).filter((column) => !known.includes(column))]).toEqual([name, []]);
        }
      }
    },
  },
  {
    name: "basic read: primary keys have values, each combination once",
    of,
    async verify(subject) {
      const finished = await read(subject, "full refresh");
      for (const { name, source_defined_primary_key = [] } of await discovered(subject)) {
        const keys = finished
          .records(name)
          .map(({ data }) => source_defined_primary_key.map(([column = ""]) => data[column] ?? null));
        expect([name, keys.flat().includes(null)]).toEqual([name, false]);
        expect([name, new Set(keys.map((key) => JSON.stringify(key))).size]).toEqual([name, keys.length]);
      }
    },
  },
  {
    name: "basic read: every stream is started, running and complete",
    of,
    async verify(subject) {
      const finished = await read(subject, "full refresh");
      for (const { name } of await discovered(subject)) {
        expect([name, finished.statuses(name)]).toEqual([name, ["STARTED", "RUNNING", "COMPLETE"]]);
      }
    },
  },
  {
    name: "basic read: records are dated with the time of the reading, in milliseconds",
    of,
    async verify(subject) {
      const dates = (await read(subject, "full refresh")).records().map(({ emitted_at }) => emitted_at);
      const now = Date.now();
      expect(Math.max(...dates)).toBeLessThanOrEqual(now);
      expect(Math.min(...dates)).toBeGreaterThan(now - 600_000);
    },
  },
  {
    name: "basic read: a stream that there is not fails the sync, and says so",
    of,
    async verify(subject) {
      const stream = { name: "no_such_stream", json_schema: {}, supported_sync_modes: ["full_refresh"] };
      const configured = { stream, sync_mode: "full_refresh", destination_sync_mode: "append" };
      const finished = await subject.run("read", "unknown stream", {
        config: subject.given.config,
        catalog: { streams: [configured] },
      });
      expect(finished.exitCode).not.toBe(0);
      expect(finished.errors).toMatchObject([{ failure_type: "config_error" }]);
    },
  },
  {
    name: "full refresh: two readings bring the same",
    of,
    async verify(subject) {
      const first = (await read(subject, "full refresh")).records().map(comparable);
      const second = (await read(subject, "full refresh again")).records().map(comparable);
      expect(second.sort()).toEqual(first.sort());
    },
  },
  {
    name: "state: of one stream each, and all records are covered by one",
    of,
    async verify(subject) {
      for (const mode of ["full_refresh", "incremental"] as const) {
        const name = mode === "incremental" ? "incremental" : "full refresh";
        const finished = await read(subject, name, mode);
        const covered = new Map<string, number>();
        for (const { type, stream, sourceStats } of finished.states) {
          expect(type).toBe("STREAM");
          expect(stream?.stream_state).toBeInstanceOf(Object);
          const described = stream?.stream_descriptor.name ?? "";
          covered.set(described, (covered.get(described) ?? 0) + (sourceStats?.recordCount ?? 0));
        }
        for (const [stream, count] of covered)
          expect([stream, count]).toEqual([stream, finished.records(stream).length]);
        if (mode === "incremental")
          expect([...covered.keys()].sort()).toEqual([...new Set(recordStreams(finished))].sort());
      }
    },
  },
  {
    name: "incremental: goes on from the state, and brings nothing older",
    of,
    async verify(subject) {
      const first = await read(subject, "incremental", "incremental");
      const second = await read(subject, "incremental again", "incremental", first.stateFile);
      expect(second.records().length).toBeLessThan(first.records().length / 4);
      for (const stream of new Set(recordStreams(second))) {
        const cursor = await cursorOf(subject, stream);
        const times = (finished: Finished) =>
          finished.records(stream).map(({ data }) => Date.parse(String(data[cursor])));
        const newest = Math.max(...times(first));
        expect([stream, times(second).filter((time) => time < newest)]).toEqual([stream, []]);
      }
    },
  },
  {
    name: "incremental: a state of days to come brings nothing",
    of,
    async verify(subject) {
      const { stateFile } = await read(subject, "incremental", "incremental");
      // The state of segment_users names an index to compare with, and no time.
      const states = stateFile.filter(({ stream }) => stream?.stream_descriptor.name !== "segment_users");
      expect(states.length).toBeGreaterThan(10);
      const toCome = JSON.stringify(states).replaceAll(/\b20\d\d-(\d\d-\d\d)/g, "2999-$1");
      const finished = await read(subject, "incremental to come", "incremental", JSON.parse(toCome));
      expect(recordStreams(finished).filter((stream) => stream !== "segment_users")).toEqual([]);
    },
  },
];

const recordStreams = (finished: Finished): string[] => finished.records().map(({ stream }) => stream);
