import { MemoryOutput } from "../testing/memory-output";
import type { Context } from "./context";
import { configError, StoppedError } from "./errors";
import { readStreams, type StreamEmitter, type StreamReading } from "./source";
import { OutputClosedError } from "./stdout";

let memory: MemoryOutput;
let stop: AbortController;
let context: Context;
beforeEach(() => {
  memory = new MemoryOutput();
  stop = new AbortController();
  const { output, secrets } = memory;
  context = { output, log: output.log, secrets, stop: stop.signal };
});

const reading = (name: string, read: (emitter: StreamEmitter) => Promise<void>): StreamReading => ({
  configured: {
    stream: { name, json_schema: {}, supported_sync_modes: ["full_refresh"] },
    sync_mode: "full_refresh",
    destination_sync_mode: "append",
  },
  read,
});

/** What the host hears, log lines left out. */
const heard = () => memory.summary().filter((line) => !line.startsWith("LOG"));

describe("readStreams", () => {
  test("says STARTED, RUNNING at the first record, and COMPLETE", async () => {
    const complete = await readStreams(
      [
        reading("users", async (emitter) => {
          emitter.record({ id: 1 });
          emitter.recordJson('{"id":2}');
        }),
        reading("empty", async () => undefined),
      ],
      context,
    );
    expect(complete).toBe(true);
    expect(heard()).toEqual([
      "STARTED users",
      "RUNNING users",
      "RECORD users",
      "RECORD users",
      "COMPLETE users",
      "STARTED empty",
      "COMPLETE empty",
    ]);
  });

  test("half a surrogate pair does not reach the host, which would drop the record", async () => {
    await readStreams(
      [
        reading("users", async (emitter) => {
          emitter.record({ name: "\ud83d" });
        }),
      ],
      context,
    );
    expect(memory.messages().find(({ record }) => record)?.record?.data).toEqual({ name: "\ufffd" });
  });

  test("a state counts the records since the state before it", async () => {
    await readStreams(
      [
        reading("users", async (emitter) => {
          emitter.record({ id: 1 });
          emitter.record({ id: 2 });
          await emitter.state({ files: 1 });
          await emitter.state({ files: 2 });
          emitter.record({ id: 3 });
          await emitter.state({ files: 3 });
          expect(emitter.total).toBe(3);
        }),
      ],
      context,
    );
    expect(heard().filter((line) => line.startsWith("STATE"))).toEqual([
      "STATE users 2",
      "STATE users 0",
      "STATE users 1",
    ]);
  });

  test("a stream that fails is reported under its name and does not keep the next from being read", async () => {
    const complete = await readStreams(
      [
        reading("users", async (emitter) => {
          emitter.record({ id: 1 });
          throw configError("Check segment_ids.");
        }),
        reading("events", async (emitter) => void emitter.record({ id: 2 })),
      ],
      context,
    );
    expect(complete).toBe(false);
    expect(heard()).toEqual([
      "STARTED users",
      "RUNNING users",
      "RECORD users",
      "ERROR config_error users",
      "INCOMPLETE users",
      "STARTED events",
      "RUNNING events",
      "RECORD events",
      "COMPLETE events",
    ]);
  });

  test("what nobody foresaw fails its stream as a system error", async () => {
    const failing = reading("users", async () => {
      throw new TypeError("undefined is not a function");
    });
    expect(await readStreams([failing], context)).toBe(false);
    expect(heard()).toContain("ERROR system_error users");
  });

  test("a stop leaves this stream and the rest incomplete, without an error", async () => {
    const complete = await readStreams(
      [
        reading("users", async (emitter) => {
          emitter.record({ id: 1 });
          stop.abort();
          throw new StoppedError();
        }),
        reading("events", async () => {
          throw new Error("must not be read");
        }),
      ],
      context,
    );
    expect(complete).toBe(false);
    expect(heard()).toEqual([
      "STARTED users",
      "RUNNING users",
      "RECORD users",
      "INCOMPLETE users",
      "STARTED events",
      "INCOMPLETE events",
    ]);
  });

  test("when nobody listens any more, nothing further is read", async () => {
    const read = jest.fn();
    const closed = reading("users", async () => {
      throw new OutputClosedError("gone");
    });
    await expect(readStreams([closed, reading("events", read)], context)).rejects.toBeInstanceOf(
      OutputClosedError,
    );
    expect(read).not.toHaveBeenCalled();
  });
});
