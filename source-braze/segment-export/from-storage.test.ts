import { gzipSync } from "node:zlib";
import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { FakeClock } from "@braze-connectors/shared/testing/fake-clock";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { FakeBraze } from "../testing/fake-braze";
import { type FakeObject, FakeStorage } from "../testing/fake-storage";
import { readFromStorage } from "./from-storage";
import { ExportJob } from "./job";
import { parseLine } from "./json-line";
import { ProgressBook } from "./progress-book";
import { recordMaker } from "./record";
import { shapeOf } from "./shape";
import { type ExportState, emptyState, parseState, type SegmentProgress } from "./state";
import { TemporaryFiles } from "./temporary-files";

const second = 1000;
const minute = 60 * second;
const requestedAtMs = Date.UTC(2026, 0, 2, 23, 58);
const patience = { pollIntervalMs: 10 * second, settleMs: 30 * second, timeoutMs: 60 * minute };

const file = (name: string, fromMs: number, change: Partial<FakeObject> = {}): FakeObject => ({
  key: `segment-export/seg/2026-01-03/uuid-1/${name}.gz`,
  content: gzipSync(`{"braze_id":"${name}1"}\n{"braze_id":"${name}2"}\n`),
  fromMs: requestedAtMs + fromMs,
  ...change,
});

/** A reading of one export, with everything around it faked. */
class Reading {
  readonly clock = new FakeClock(requestedAtMs);
  readonly output = new MemoryOutput();
  readonly storage: FakeStorage;
  readonly stopping = new AbortController();

  constructor(
    objects: FakeObject[],
    private readonly size: number = 100,
  ) {
    this.storage = new FakeStorage(this.clock.now, objects);
  }

  async run(progress?: SegmentProgress): Promise<void> {
    const { clock, output, storage } = this;
    const emitter = new StreamEmitter("segment_users", output.output);
    const temporary = new TemporaryFiles();
    const book = new ProgressBook(emptyState, emitter);
    const means = {
      braze: new FakeBraze({
        "/segments/data_series": [{ body: { data: [{ time: "2026-01-02", size: this.size }] } }],
      }),
      storage,
      context: {
        output: output.output,
        log: output.output.log,
        secrets: output.secrets,
        stop: this.stopping.signal,
      },
      clock,
      settings: { fields: undefined, customAttributes: undefined, ...patience },
      emitter,
      book,
      temporary,
    };
    const first = progress ?? {
      objectPrefix: "uuid-1",
      exportedAt: new Date(requestedAtMs).toISOString(),
      request: "fingerprint",
      via: "storage",
      files: [],
      users: 0,
      done: false,
    };
    const { settings } = means;
    const facts = { segmentId: "seg", segmentName: "VIPs", exportedAt: first.exportedAt };
    const records = recordMaker(facts, shapeOf(settings, undefined));
    const job = new ExportJob(
      { id: "seg", name: "VIPs" },
      first,
      "s3://bucket/root/…",
      this.size,
      { take: (line) => emitter.recordJson(records.ofUser(parseLine(line))) },
      means,
    );
    try {
      await readFromStorage(job, storage);
    } finally {
      await book.emitUnsaid();
      await temporary.remove();
    }
  }

  get users(): unknown[] {
    return this.output.messages().flatMap(({ record }) => (record ? [record.data.braze_id] : []));
  }

  get lastState(): ExportState | undefined {
    const states = this.output
      .messages()
      .flatMap(({ state }) => (state?.stream ? [state.stream.stream_state] : []));
    return parseState(JSON.parse(JSON.stringify(states.at(-1) ?? {})));
  }

  get progress(): SegmentProgress | undefined {
    return this.lastState?.segments.get("seg");
  }
}

test("files are read as they come, and the export ends when they stop coming", async () => {
  const reading = new Reading([file("a", 20 * second), file("b", 45 * second)]);
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2", "b1", "b2"]);
  // b is first seen at 50 s, and nothing changes for the 30 s after.
  expect(reading.clock.nowMs).toBe(requestedAtMs + 80 * second);
  expect(reading.output.summary().filter((line) => line.startsWith("STATE"))).toEqual([
    "STATE segment_users 2",
    "STATE segment_users 2",
  ]);
  expect(reading.progress).toMatchObject({ users: 4, done: false });
});

describe("a listing that takes long is no time in which nothing changed", () => {
  /** The first answer with a file is 35 s on its way. */
  const slowly = (reading: Reading): Reading => {
    const list = reading.storage.list.bind(reading.storage);
    let isLate = false;
    jest.spyOn(reading.storage, "list").mockImplementation(async (prefix) => {
      const found = await list(prefix);
      if (found.length === 1 && !isLate) {
        isLate = true;
        reading.clock.nowMs += 35 * second;
      }
      return found;
    });
    return reading;
  };

  test("where the files should be", async () => {
    const reading = slowly(new Reading([file("a", 5 * second), file("b", 60 * second)]));
    await reading.run();
    expect(reading.users).toEqual(["a1", "a2", "b1", "b2"]);
  });

  test("everywhere, at the last moment", async () => {
    const elsewhere = (name: string) => ({ key: `segment-export/seg/1999-12-31/uuid-1/${name}.gz` });
    const reading = slowly(
      new Reading([file("a", 59.9 * minute, elsewhere("a")), file("b", 60.9 * minute, elsewhere("b"))]),
    );
    // The search at the end comes a little later than the timeout.
    reading.clock.nowMs += 7;
    // It is still changing beyond the timeout; what must not be is that it counts as complete without b.
    expect((await thrownBy(() => reading.run())).failureType).toBe("transient_error");
  });
});

test("files in an unexpected folder are found before the export is given up", async () => {
  const key = "segment-export/seg/1999-12-31/uuid-1/a.gz";
  const reading = new Reading([file("a", 15 * second, { key })]);
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2"]);
  expect(reading.storage.listings.filter((prefix) => prefix === "segment-export/seg/").length).toBeLessThan(
    6,
  );
});

test("files found elsewhere at the last moment are read, and may settle", async () => {
  const key = "segment-export/seg/1999-12-31/uuid-1/a.gz";
  const reading = new Reading([file("a", 59.5 * minute, { key })]);
  // The search at the end comes a little later than the timeout.
  reading.clock.nowMs += 7;
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2"]);
});

test("an empty segment ends without records", async () => {
  const reading = new Reading([], 0);
  await reading.run();
  expect(reading.users).toEqual([]);
  expect(reading.clock.nowMs).toBe(requestedAtMs + 300 * second);
});

test("an export that never appears fails, and the next sync is to ask for a new one", async () => {
  const reading = new Reading([]);
  const error = await thrownBy(() => reading.run());
  expect(error.failureType).toBe("transient_error");
  expect(error.message).toMatch(
    /segment "VIPs" \(seg\) within 60 min: nothing appeared at s3:\/\/bucket\/root/,
  );
  expect(reading.clock.nowMs).toBe(requestedAtMs + 60 * minute);
  expect(reading.lastState?.segments.size).toBe(0);
  // A person reading the log sees once a minute that we wait.
  expect(reading.output.summary().filter((line) => line === "LOG INFO").length).toBeGreaterThan(50);
});

test("an export is gone on with where the last sync stopped", async () => {
  const objects = [file("a", 0), file("b", 0)];
  const stopped = new Reading(objects);
  const firstTwo = stopped.output.write.bind(stopped.output);
  stopped.output.write = (text) => {
    if (text.includes('"STATE"')) stopped.stopping.abort();
    return firstTwo(text);
  };
  await expect(stopped.run()).rejects.toThrow(StoppedError);
  expect(stopped.users).toEqual(["a1", "a2"]);

  const next = new Reading(objects);
  await next.run(stopped.progress);
  expect(next.users).toEqual(["b1", "b2"]);
  expect(next.progress?.users).toBe(4);
});

test("an export that is over may be gone on with long after its timeout", async () => {
  const reading = new Reading([file("a", 0), file("b", 0)]);
  reading.clock.nowMs += 24 * 60 * minute;
  // A clock goes on while a run begins.
  Object.assign(reading.clock, { now: () => (reading.clock.nowMs += 1) });
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2", "b1", "b2"]);
});

test("files that came while others were read slowly are not too late", async () => {
  const reading = new Reading([file("a", 0), file("b", 30 * minute)]);
  const read = reading.storage.read.bind(reading.storage);
  reading.storage.read = (key) => {
    if (key.endsWith("a.gz")) reading.clock.nowMs += 120 * minute;
    return read(key);
  };
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2", "b1", "b2"]);
});

test("a file that vanishes before it was read fails the sync, and the next one exports anew", async () => {
  // Listed, then gone when it is to be read.
  const reading = new Reading([file("a", 0), file("b", 0)]);
  const read = reading.storage.read.bind(reading.storage);
  reading.storage.read = (key) => {
    if (key.endsWith("b.gz")) reading.storage.objects.splice(1, 1);
    return read(key);
  };
  const error = await thrownBy(() => reading.run());
  expect(error.failureType).toBe("transient_error");
  expect(error.message).toContain("exports the segment anew");
  expect(reading.users).toEqual(["a1", "a2"]);
  expect(reading.lastState?.segments.size).toBe(0);
});

test("files that vanished between two syncs are noticed at once", async () => {
  const first = new Reading([file("a", 0)]);
  await first.run();
  const next = new Reading([]);
  expect((await thrownBy(() => next.run(first.progress))).message).toContain("are gone");
  expect(next.clock.nowMs).toBe(requestedAtMs);
});

describe("a damaged file", () => {
  const damaged = { content: gzipSync('{"braze_id":"b1"}\n{"braze_id":') };
  const objects = (): FakeObject[] => [file("a", 0), file("b", 0, damaged), file("c", 0)];

  test("fails the sync after what was good, named with the line", async () => {
    const reading = new Reading(objects());
    const error = await thrownBy(() => reading.run());
    expect(error.failureType).toBe("system_error");
    expect(error.message).toMatch(
      /line 2 of s3:\/\/bucket\/root\/segment-export\/.*b\.gz can't be read: it is not JSON/,
    );
    expect(reading.users).toEqual(["a1", "a2", "b1"]);
    expect(reading.progress?.files).toHaveLength(1);
  });

  test("is tried once more by the next sync, then the export is given up", async () => {
    const first = new Reading(objects());
    await thrownBy(() => first.run());
    const second = new Reading(objects());
    expect((await thrownBy(() => second.run(first.progress))).message).toContain("exports the segment anew");
    expect(second.users).toEqual(["b1"]);
    expect(second.lastState?.segments.size).toBe(0);
  });

  test("that turns out to be good the next time does not keep the export from its end", async () => {
    const first = new Reading(objects());
    await thrownBy(() => first.run());
    const damagedOne = objects()[1];
    const repaired = new Reading([
      file("a", 0),
      { ...file("b", 0), key: damagedOne?.key ?? "" },
      file("c", 0),
    ]);
    await repaired.run(first.progress);
    expect(repaired.users).toEqual(["b1", "b2", "c1", "c2"]);
    expect(repaired.progress?.damagedFile).toBeUndefined();
  });
});

test("a download that breaks off is tried again before anything of it is emitted", async () => {
  const reading = new Reading([file("a", 0, { brokenReads: 1 })]);
  await reading.run();
  expect(reading.users).toEqual(["a1", "a2"]);
  expect(reading.storage.reads).toHaveLength(2);
});

test("an export far from the known size of the segment is worth a warning", async () => {
  const reading = new Reading([file("a", 0)], 1000);
  await reading.run();
  expect(reading.output.lines.join("\n")).toContain(
    "has 2 users, but by /segments/data_series the segment had 1,000 users",
  );
});
