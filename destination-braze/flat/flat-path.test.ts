import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import fc from "fast-check";
import type { SendMode } from "../delta/delta";
import { DeltaIndex } from "../delta/delta-index";
import { partitionOf } from "../delta/partition";
import { Messages } from "../messages";
import { DataPointMeter } from "../meter";
import { track } from "../objects/track/track";
import { users } from "../objects/users/users";
import { Acknowledger } from "../pipeline/acknowledge";
import type { FinalFate } from "../pipeline/deliver";
import { Deltas } from "../pipeline/deltas";
import { Dispatcher } from "../pipeline/dispatch";
import { jsonOf } from "../pipeline/json-text";
import { prepareUpdate } from "../pipeline/prepare";
import { dataOf } from "../pipeline/record-data";
import { type Outgoing, type ReceivedRecord, refuse } from "../pipeline/update";
import { Counts } from "../report/counts";
import type { Route, Routes } from "../routes";
import { handlesOf } from "../shard-handles";
import { limitsWith, nothingUndone } from "../testing/updates";
import { FlatPath, flatStreams } from "./flat-path";

const stream = "users";
const options = { createUsers: true, nullValues: "ignore", segmentExport: false, messagesInDoubt: "reject" };
const route = { stream, object: users, options, ignoredColumns: [] } as unknown as Route;
const routes: Routes = new Map([[stream, [route]]]);

type Step = { record: JsonObject } | "send" | "answer" | "refuse" | "state";

const lineOf = (data: JsonObject): string =>
  `{"type":"RECORD","record":{"stream":"users","data":${JSON.stringify(data)},"emitted_at":1764000000000}}`;

/** The part of a sync that both ways run through, before a Braze that answers when the steps say so. */
class World {
  readonly sent: string[] = [];
  readonly rejected: JsonObject[] = [];
  readonly states: string[] = [];
  readonly counts = new Counts();
  readonly meter = new DataPointMeter();
  readonly taken = { objects: 0, unchanged: 0, left: 0 };
  private readonly batches: { objects: number; answer(fates: FinalFate[]): void }[] = [];
  private readonly index = new DeltaIndex(
    new MemoryStorage(),
    "index/",
    partitionOf,
    new MemoryOutput().output.log,
  );
  private readonly acknowledger = new Acknowledger({
    persist: async () => undefined,
    emit: async (line) => void this.states.push(line),
    failed: (error) => {
      throw error;
    },
  });
  private readonly deltas: Deltas;
  private readonly dispatcher: Dispatcher;
  private readonly path: FlatPath;
  private readonly messages: Messages;

  private readonly handles: ReturnType<typeof handlesOf>;

  constructor(mode: SendMode, isShortWayOpen: boolean, isSharded: boolean) {
    this.handles = handlesOf(isSharded ? { index: 1, count: 3 } : undefined);
    const deltas = new Deltas(new Map([[stream, this.index]]), mode, nothingUndone);
    this.deltas = deltas;
    this.dispatcher = new Dispatcher(
      limitsWith({ objectsPerRequest: 3, concurrentRequests: 2 }),
      deltas.around({ deliver: (objects) => this.deliver(objects) }),
      {
        delivered: (outgoing) => {
          this.meter.sent(outgoing);
          deltas.remember(outgoing);
        },
        accepted: ({ record }) => {
          record.changed = true;
          this.settle(record);
        },
        unchanged: ({ record }) => this.settle(record),
        rejected: ({ record }, reason) => {
          refuse(record, reason);
          this.settle(record);
        },
        failed: (error) => {
          throw error;
        },
      },
      deltas,
    );
    const { acknowledger, dispatcher, meter } = this;
    this.path = new FlatPath({
      handles: this.handles,
      deltas,
      dispatcher,
      acknowledger,
      meter,
      lookUps: { isBusy: false },
      journals: { awaits: () => false },
      report: this.counts,
    });
    this.messages = new Messages(isShortWayOpen ? flatStreams(routes, deltas, undefined) : new Map());
  }

  async take(step: Step): Promise<void> {
    if (step === "send") this.dispatcher.flush();
    else if (step === "answer") this.batches.shift()?.answer([]);
    else if (step === "refuse") this.batches.shift()?.answer([{ accepted: false, reason: "no" }]);
    else if (step === "state")
      this.acknowledger.state({ line: '{"type":"STATE","state":{"data":{}}}', stream: undefined });
    else this.receive(lineOf(step.record));
    await new Promise((resolve) => setImmediate(resolve));
  }

  async finish(): Promise<void> {
    for (const step of ["send", "answer", "send", "answer", "send", "answer", "state"] as const) {
      const times = step === "answer" ? this.batches.length : 1;
      for (let time = 0; time < times; time++) await this.take(step);
    }
  }

  private receive(line: string): void {
    const bytes = Buffer.from(line);
    const message = this.messages.parse(bytes, 0, bytes.length, 1);
    if (message?.kind === "record") this.receiveParsed(message.data, message.sizeBytes);
    if (message?.kind !== "flat record") return;
    const before = this.counts.totals.unchanged;
    const leftBefore = this.counts.totals.left_to_other_shards;
    const taken = this.path.take(message.flat);
    if (taken === false)
      this.receiveParsed(JSON.parse(message.flat.text) as JsonObject, message.flat.lineBytes);
    else if (this.counts.totals.left_to_other_shards !== leftBefore) this.taken.left += 1;
    else this.taken[this.counts.totals.unchanged > before ? "unchanged" : "objects"] += 1;
  }

  /** As Sync does it. */
  private receiveParsed(data: JsonObject, sizeBytes: number): void {
    const epoch = this.acknowledger.receive();
    const record: ReceivedRecord = { stream, data, sizeBytes, epoch, open: 1, reasons: [], changed: false };
    this.counts.received(stream);
    const update = prepareUpdate(record, route);
    if (Array.isArray(update)) throw new Error("The steps hold only valid records");
    if (this.handles?.identity(update.identity) === false) {
      this.counts.leftToOtherShards(stream);
      this.acknowledger.settle(epoch, stream, "left");
      return;
    }
    this.meter.received(update);
    void this.deltas.prepare(update);
    void this.dispatcher.add(update);
  }

  private settle(record: ReceivedRecord): void {
    record.open -= 1;
    if (record.open > 0) return;
    const isRejected = record.reasons.length > 0;
    if (isRejected) this.rejected.push(dataOf(record));
    if (isRejected) this.counts.rejected(stream, record.reasons[0]?.code ?? "");
    else if (record.changed) this.counts.accepted(stream);
    else this.counts.unchanged(stream);
    this.acknowledger.settle(record.epoch, stream, isRejected ? "rejected" : "accepted");
  }

  private deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    this.sent.push(track.requestBody(objects).toString(), ...objects.map(jsonOf));
    return new Promise((resolve) => {
      const answer = (first: FinalFate[]): void =>
        resolve(objects.map((_, position) => first[position] ?? { accepted: true }));
      this.batches.push({ objects: objects.length, answer });
    });
  }
}

const external_id = fc.constantFrom("1", "2", "3", "4", "5", "6", "ü");
const attributes = { plan: fc.constantFrom("free", "plus"), points: fc.constantFrom(0, 1, 1.5) };
const required = fc.oneof(
  fc.record({ external_id, ...attributes }),
  fc.record({ plan: attributes.plan, external_id, points: attributes.points }),
);
const others = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ größe: fc.constantFrom("S", "M") }) },
  { weight: 4, arbitrary: fc.record({ tags: fc.constantFrom(["a", "b"], ["b", "a", "a"], []) }) },
  { weight: 2, arbitrary: fc.record({ rare: fc.constantFrom("x", null, { inc: 1 }, { nested: 1 }) }) },
  { weight: 1, arbitrary: fc.constant({ gender: "F" }) },
  { weight: 1, arbitrary: fc.constant({ _update_existing_only: true }) },
);
const records = fc
  .tuple(required, others)
  .map(([own, more]): Step => ({ record: { ...own, ...more } as JsonObject }));
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: records },
    { weight: 3, arbitrary: fc.constant<Step>("answer") },
    { weight: 2, arbitrary: fc.constantFrom<Step>("send", "refuse", "state") },
  ),
  { minLength: 40, maxLength: 90 },
);
const modes = fc.constantFrom<SendMode>("changed_attributes", "changed_profiles", "everything");

test("the short way does what the usual way does", async () => {
  const taken = { objects: 0, unchanged: 0, left: 0 };
  await fc.assert(
    fc.asyncProperty(modes, steps, fc.boolean(), async (mode, taking, isSharded) => {
      const [short, usual] = [new World(mode, true, isSharded), new World(mode, false, isSharded)];
      for (const world of [short, usual]) {
        for (const step of taking) await world.take(step);
        await world.finish();
      }
      taken.objects += short.taken.objects;
      taken.unchanged += short.taken.unchanged;
      taken.left += short.taken.left;
      expect(short.sent).toEqual(usual.sent);
      expect(short.rejected).toEqual(usual.rejected);
      expect(short.states).toEqual(usual.states);
      expect(short.counts.totals).toEqual(usual.counts.totals);
      expect(short.meter.totals).toEqual(usual.meter.totals);
      expect(short.meter.byAttribute()).toEqual(usual.meter.byAttribute());
      expect(usual.taken).toEqual({ objects: 0, unchanged: 0, left: 0 });
    }),
    { numRuns: 100 },
  );
  expect(taken.objects).toBeGreaterThan(100);
  expect(taken.unchanged).toBeGreaterThan(20);
  expect(taken.left).toBeGreaterThan(100);
});
