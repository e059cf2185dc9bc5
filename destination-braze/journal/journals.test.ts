import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { recordWith, trackSlots } from "../testing/updates";
import { Journal } from "./journal";
import { Journals } from "./journals";

const streams = ["a", "b"] as const;
type Stream = (typeof streams)[number];

const seen = (stream: Stream, number: number) => ({
  record: { ...recordWith({ number }), stream },
  slot: trackSlots.events,
  identity: `external_id:${number}`,
  body: { external_id: String(number), name: "seen" },
});

class World {
  private readonly storage = new MemoryStorage();
  private readonly log = new MemoryOutput().output.log;
  private runs = 0;

  /** @param hostTells whether the host says of streams that they are complete */
  constructor(private readonly hostTells = false) {}

  async run(): Promise<Run> {
    this.runs += 1;
    const journals = new Map<string, Journal>();
    for (const stream of streams) {
      const options = { storage: this.storage, folder: `${stream}/`, run: `run${this.runs}`, log: this.log };
      journals.set(stream, await Journal.open(options, false));
    }
    return new Run(journals, this.hostTells);
  }
}

class Run {
  readonly journals: Journals;
  private readonly received = new Map<string, number>();

  constructor(byStream: ReadonlyMap<string, Journal>, hostTells: boolean) {
    const receivedOf = (stream: string): number => this.received.get(stream) ?? 0;
    this.journals = new Journals(byStream, { receivedOf, hostTells: () => hostTells }, () => undefined);
  }

  /** A record comes. @returns whether it is sent to Braze, which accepts it */
  event(stream: Stream, number: number): boolean {
    this.received.set(stream, (this.received.get(stream) ?? 0) + 1);
    const update = seen(stream, number);
    if (this.journals.recognise(update)) return false;
    this.journals.of(stream)?.accepted(update, 1);
    return true;
  }

  events(stream: Stream, numbers: readonly number[]): number {
    return numbers.filter((number) => this.event(stream, number)).length;
  }
}

/** A run of which Braze has accepted three records of each stream, and no state left. */
async function interrupted(): Promise<World> {
  const world = new World();
  const run = await world.run();
  for (const stream of streams) expect(run.events(stream, [1, 2, 3])).toBe(3);
  await run.journals.end(false);
  return world;
}

const sentOf = async (world: World, stream: Stream): Promise<number> =>
  (await world.run()).events(stream, [1, 2, 3]);

describe("the end of the input", () => {
  it.each<[string, (run: Run) => void]>([
    ["nothing came", () => undefined],
    ["the source failed", ({ journals }) => journals.source.failed()],
    ["the stream is called incomplete", ({ journals }) => journals.source.status("a", "INCOMPLETE")],
    ["the stream only began", ({ journals }) => journals.source.status("a", "STARTED")],
    ["another stream is complete", ({ journals }) => journals.source.status("b", "COMPLETE")],
    ["only a state of another stream came", ({ journals }) => journals.stateReceived(1, "b")],
    ["less came than before", (run) => void run.events("a", [1])],
  ])("is not the end of a stream when %s", async (_, happens) => {
    const world = await interrupted();
    const run = await world.run();
    happens(run);
    await run.journals.end(true);
    expect(await sentOf(world, "a")).toBe(0);
  });

  it.each<[string, (run: Run) => void]>([
    ["the stream is called complete", ({ journals }) => journals.source.status("a", "COMPLETE")],
    ["all came once more, of a source that says nothing", (run) => void run.events("a", [1, 2, 3])],
    ["a state of all streams came last", ({ journals }) => journals.stateReceived(1, undefined)],
  ])("is the end of a stream when %s", async (_, happens) => {
    const world = await interrupted();
    const run = await world.run();
    happens(run);
    await run.journals.end(true);
    expect(await sentOf(world, "a")).toBe(3);
  });

  it("is decided for each stream by itself", async () => {
    const world = await interrupted();
    const run = await world.run();
    for (const stream of streams) run.events(stream, [1, 2, 3]);
    run.journals.source.status("a", "COMPLETE");
    run.journals.source.status("b", "INCOMPLETE");
    await run.journals.end(true);
    const next = await world.run();
    expect(streams.map((stream) => next.events(stream, [1, 2, 3]))).toEqual([3, 0]);
  });

  it("keeps what this run sent, too, when its source died", async () => {
    const world = new World();
    const run = await world.run();
    run.journals.source.status("a", "INCOMPLETE");
    expect(run.events("a", [1, 2, 3])).toBe(3);
    await run.journals.end(true);
    expect(await sentOf(world, "a")).toBe(0);
  });

  it("is believed the second time that less came: there may be no more", async () => {
    const world = await interrupted();
    const sent: number[] = [];
    for (let day = 0; day < 3; day++) {
      const run = await world.run();
      sent.push(run.events("a", [1]));
      await run.journals.end(true);
    }
    expect(sent).toEqual([0, 0, 1]);
  });

  it("is doubted of a host that would have told, but not for ever", async () => {
    const world = new World(true);
    const sent: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const run = await world.run();
      sent.push(run.events("a", [1, 2]));
      await run.journals.end(true);
    }
    expect(sent).toEqual([2, 0, 0, 0, 0, 0, 2, 0]);
  });
});
