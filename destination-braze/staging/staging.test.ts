import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import fc from "fast-check";
import { Journal } from "../journal/journal";
import { Journals } from "../journal/journals";
import type { Reason } from "../objects/object";
import type { FinalFate } from "../pipeline/deliver";
import { type Outgoing, outgoingOf } from "../pipeline/update";
import { limitsWith, nothingUndone, recordWith, updateOf } from "../testing/updates";
import { listParts } from "./left-parts";
import { decodePart } from "./part-file";
import { PartWriter } from "./part-writer";
import { settleLeftOver } from "./settle-left-over";
import { Staging } from "./staging";
import { type Restaged, takeOver } from "./take-over";

const streams = ["a", "b"] as const;

/** Storage and Braze outlive runs; a run may end at any action on the storage. */
class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();
  /** What Braze has accepted, in order: numbers of events. */
  readonly accepted: number[] = [];
  readonly rejected: { number: unknown; reasons: readonly Reason[] }[] = [];
  private runs = 0;
  /** Numbers by stream that Braze's answer to has come in this run. */
  readonly answered = { a: new Set<number>(), b: new Set<number>() };
  /** Those of which the answer is durable. */
  readonly noted = new Set<number>();
  /** What was sent although its answer was durable. */
  readonly needless: number[] = [];
  /** Ends the run: its timers may still go off, but nothing comes of it. */
  kill: () => void = () => undefined;

  constructor() {
    const write = this.storage.write.bind(this.storage);
    this.storage.write = async (key, bytes) => {
      const stream = streams.find((name) => key.startsWith(`_braze/${name}/journal/`));
      const before = stream ? [...this.answered[stream]] : [];
      await write(key, bytes);
      for (const number of before) this.noted.add(number);
    };
  }

  /** Numbers of what is in staged parts. */
  async staged(): Promise<number[]> {
    const parts = staged(this).map((key) => decodePart(this.storage.objects.get(key) as Buffer));
    return (await Promise.all(parts)).flatMap(({ objects }) =>
      objects.map(({ body }) => body.number as number),
    );
  }

  /** @param actions on the storage after which the process is dead */
  async start(actions = Number.POSITIVE_INFINITY): Promise<Run> {
    this.runs += 1;
    let left = actions;
    this.kill = () => {
      left = 0;
    };
    for (const stream of streams) this.answered[stream].clear();
    // Of its own: what a dead process still tries must not succeed when another one lives.
    const use = async <Result>(action: () => Promise<Result>): Promise<Result> => {
      left -= 1;
      if (left < 0) throw new Error("dead");
      return action();
    };
    const { storage } = this;
    const view: ObjectStorage = {
      location: storage.location,
      list: (prefix) => storage.list(prefix),
      read: (key) => use(() => storage.read(key)),
      write: (key, bytes) => use(() => storage.write(key, bytes)),
      remove: async (keys) => {
        for (const key of keys) await use(() => storage.remove([key]));
      },
      close: () => undefined,
    };
    return Run.open(this, view, `run${String(this.runs).padStart(5, "0")}`);
  }

  folderOf = (stream: string): string => `_braze/${stream}/staged/`;

  get keys(): string[] {
    return [...this.storage.objects.keys()];
  }
}

class Run {
  fate: (outgoing: Outgoing) => FinalFate | "never" = () => ({ accepted: true });

  private constructor(
    private readonly world: World,
    readonly journals: Journals,
    readonly staging: Staging,
    readonly leftOver: readonly Restaged[],
  ) {}

  static async open(world: World, storage: ObjectStorage, run: string): Promise<Run> {
    const { log } = world.output.output;
    const byStream = new Map<string, Journal>();
    const staged = new Map<
      string,
      Parameters<typeof takeOver>[0] extends ReadonlyMap<string, infer S> ? S : never
    >();
    for (const stream of streams) {
      const leftParts = await listParts(storage, world.folderOf(stream));
      const options = { storage, folder: `_braze/${stream}/journal/`, run, log };
      const journal = await Journal.read(
        options,
        false,
        leftParts.map((part) => part.run),
      );
      byStream.set(stream, journal);
      staged.set(stream, { journal, index: { noteLeft: async () => undefined }, leftParts });
    }
    const reachOf = (stream: string): number => byStream.get(stream)?.reach ?? 0;
    const writer = new PartWriter(storage, world.folderOf, run, reachOf);
    const leftOver = await takeOver(staged, writer, nothingUndone, storage, log);
    const failed = (): void => undefined;
    const journals = new Journals(byStream, { receivedOf: () => 0, hostTells: () => false }, failed);
    const halt = new AbortController().signal;
    const deltas = {
      addProfile: () => undefined,
      noteChanged: async () => undefined,
      noteUndone: nothingUndone.note,
    };
    const staging = new Staging({ storage, writer, journals, deltas, concurrentRequests: 4, halt, failed });
    return new Run(world, journals, staging, leftOver);
  }

  deliverer = {
    deliver: async (objects: readonly Outgoing[]): Promise<FinalFate[]> => {
      const fates: FinalFate[] = [];
      for (const outgoing of objects) {
        const fate = this.fate(outgoing);
        if (fate === "never") return new Promise(() => undefined);
        const number = outgoing.body.number as number;
        if (fate.accepted) this.world.accepted.push(number);
        if (this.world.noted.has(number)) this.world.needless.push(number);
        fates.push(fate);
      }
      return fates;
    },
  };

  /** Delivers events as a batch. */
  async deliver(numbers: readonly number[], stream: (typeof streams)[number] = "a"): Promise<FinalFate[]> {
    const objects = numbers.map((number) => {
      const update = updateOf(`external_id:${number}`, { number }, "events");
      return outgoingOf({ ...update, record: { ...recordWith({ number }), stream } });
    });
    const fates = await this.staging.around(this.deliverer).deliver(objects);
    for (const number of numbers) this.world.answered[stream].add(number);
    return fates;
  }

  settle(): Promise<unknown> {
    const { staging, journals, deliverer, world } = this;
    return settleLeftOver(this.leftOver, {
      limits: limitsWith({ objectsPerRequest: 3 }),
      messagesInDoubt: "reject",
      deliverer,
      staging,
      journals,
      rejected: {
        add: (_stream, { number }, reasons) => void world.rejected.push({ number: number ?? null, reasons }),
        persist: async () => undefined,
        unstored: 0,
      },
      delivered: () => undefined,
      halt: new AbortController().signal,
    });
  }

  async end(complete = true): Promise<void> {
    await this.staging.end();
    for (const stream of streams) this.journals.source.status(stream, "COMPLETE");
    await this.journals.end(complete);
  }
}

const staged = ({ keys }: World): string[] => keys.filter((key) => key.includes("/staged/"));

describe("Staging", () => {
  it("keeps a batch durable from before it is sent until its answer is noted", async () => {
    const world = new World();
    const run = await world.start();
    let seen: string[] = [];
    run.fate = () => {
      seen = staged(world);
      return { accepted: true };
    };
    await run.deliver([1, 2]);
    expect(seen).toEqual(["_braze/a/staged/run00001-00000001.jsonl.gz"]);
    expect(staged(world)).toHaveLength(1);
    world.storage.takeDone();
    await run.staging.tidy();
    expect(world.storage.takeDone()).toEqual([
      "write _braze/a/journal/run00001-00000001.bin",
      "remove _braze/a/staged/run00001-00000001.jsonl.gz",
    ]);
    await run.end();
    expect(world.keys).toEqual([]);
  });

  it("keeps a part until all its batches are settled", async () => {
    const world = new World();
    const run = await world.start();
    run.fate = ({ body }) => (body.number === 2 ? "never" : { accepted: true });
    void run.deliver([2]);
    await run.deliver([1], "b");
    await run.staging.tidy();
    expect(staged(world)).toHaveLength(2);
    await run.end(false);

    const next = await world.start();
    expect(next.leftOver.map(({ object }) => object.body.number)).toEqual([2]);
    await next.settle();
    await next.end();
    expect(world.accepted.sort()).toEqual([1, 2]);
    expect(world.keys).toEqual([]);
  });

  it("sends nothing that could not be staged", async () => {
    const world = new World();
    const run = await world.start(0);
    await expect(run.deliver([1])).rejects.toThrow("dead");
    expect(world.accepted).toEqual([]);
  });

  it("credits what was left for when the host sends it again, and keeps what Braze rejects", async () => {
    const world = new World();
    const first = await world.start();
    first.fate = () => "never";
    void first.deliver([1, 2, 3]);
    await until(() => staged(world).length === 1);

    const second = await world.start();
    second.fate = ({ body }) => (body.number === 2 ? { accepted: false, reason: "bad" } : { accepted: true });
    await second.settle();
    expect(world.rejected).toEqual([{ number: 2, reasons: [{ code: "refused_by_braze", message: "bad" }] }]);
    const again = [1, 2, 3].map((number) => {
      const update = updateOf(`external_id:${number}`, { number }, "events");
      return second.journals.recognise({ ...update, record: { ...recordWith({ number }), stream: "a" } });
    });
    expect(again).toEqual([true, false, true]);
  });

  it("says which parts are damaged, and uses the rest", async () => {
    const world = new World();
    const first = await world.start();
    first.fate = () => "never";
    void first.deliver([1]);
    void first.deliver([2], "b");
    await until(() => staged(world).length === 2);
    const [damaged] = staged(world).filter((key) => key.includes("/a/"));
    world.storage.objects.set(damaged ?? "", Buffer.from("rubbish"));
    const second = await world.start();
    expect(second.leftOver.map(({ object }) => object.body.number)).toEqual([2]);
    expect(world.output.lines.join()).toContain(
      "is damaged (incorrect header check): of it 0 objects can be used",
    );
  });

  it("loses nothing that was staged, whenever processes die, and doubles only what was not noted", async () => {
    interface Life {
      /** On the storage, before it dies. */
      actions: number;
      /** Whether Braze never answers. */
      stuck: boolean;
      batches: { size: number; stream: "a" | "b" }[];
    }
    const life: fc.Arbitrary<Life> = fc.record({
      actions: fc.oneof(fc.nat(7), fc.nat(40)),
      stuck: fc.boolean(),
      batches: fc.array(
        fc.record({ size: fc.integer({ min: 1, max: 3 }), stream: fc.constantFrom(...streams) }),
        { maxLength: 8 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
        const world = new World();
        let number = 0;
        const everStaged = new Set<number>();
        for (const { actions, stuck, batches } of lives) {
          await liveAndDie(world, actions, async (run) => {
            await run.settle();
            if (stuck)
              run.fate = () => {
                throw new Error("dead");
              };
            await Promise.all(
              batches.map(({ size, stream }) =>
                run.deliver(
                  Array.from({ length: size }, () => ++number),
                  stream,
                ),
              ),
            );
            // As after a failure: the host could send all of it again, but does not.
            await run.end(false);
          });
          for (const each of await world.staged()) everStaged.add(each);
        }
        const last = await world.start();
        await last.settle();
        await last.end();
        const lost = [...everStaged].filter((each) => !world.accepted.includes(each));
        expect({ lost, needless: world.needless }).toEqual({ lost: [], needless: [] });
        expect(world.keys).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/** A process that may die at any action on the storage; what it waits for then never comes. */
async function liveAndDie(world: World, actions: number, live: (run: Run) => Promise<void>): Promise<void> {
  try {
    await live(await world.start(actions));
  } catch (error) {
    if (!(error instanceof Error) || error.message !== "dead") throw error;
  } finally {
    world.kill();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
