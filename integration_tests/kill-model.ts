/** A destination that is killed again and again, resumed as a host would, and what must be true afterwards. */
import type { JsonObject } from "@braze-connectors/shared/json";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { decodePart } from "../destination-braze/staging/part-file";
import { DeltaWorld, record, state } from "./deltas-world";
import type { Finished } from "./harness";
import type { LoggedRequest, SandboxBraze } from "./sandbox";

/** What may reach Braze twice: what was acknowledged so shortly before a kill, or in flight. */
const doublingMs = 1000;
const streams = ["users", "crm", "events"] as const;
const columns = ["external_id", "seq", "points", "name", "time", "properties"];
/** Events get a state seldom: so what Braze has of them has to be known for long. */
const recordsPerState = new Map([
  ["users", 40],
  ["crm", 90],
  ["events", 500],
]);
const globalStates = new Map([["users", 130]]);
const globalState = (position: number): string =>
  `${JSON.stringify({ type: "STATE", state: { type: "GLOBAL", global: { shared_state: { position }, stream_states: [] } } })}\n`;
const users = 40;
/** Few small requests, so that a run lasts long enough to be killed in the middle. */
const config = { limits: { requests_per_3_seconds: 240, objects_per_request: 5 } };

export interface KillPlan {
  seed: number;
  records: number;
  kills: number;
  /** Whether the states are of all streams, instead of one each. */
  global?: boolean;
}

export interface KillFigures {
  kills: number;
  /** Runs that found something left. */
  settled: number;
  /** Events and increments that reached Braze more than once. */
  doubled: number;
  /** How long before the kill the oldest event that came twice was acknowledged, ms. */
  oldestMs: number;
}

/** One record of the input; its position says how new it is. */
interface Planned {
  stream: (typeof streams)[number];
  user: string;
  line: string;
}

/** mulberry32 */
export function randomOf(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class KilledSync {
  readonly world: DeltaWorld;
  private readonly random: () => number;
  private readonly planned: Planned[];
  /** By stream, up to which position its states came back. */
  private readonly safe = new Map<string, number>();
  /** What may have reached Braze once more, by event number and by user. */
  private readonly doubtfulEvents = new Map<number, number>();
  private readonly doubtfulPoints = new Map<string, number>();
  private onRequest: () => void = () => undefined;
  private settled = 0;
  private readonly killedAtMs: number[] = [];

  constructor(
    braze: SandboxBraze,
    storage: StorageConfig,
    private readonly plan: KillPlan,
  ) {
    this.random = randomOf(plan.seed);
    const latencyMs = (): number => {
      this.onRequest();
      return this.random() * 30;
    };
    this.world = new DeltaWorld(braze, storage, { latencyMs, logRequests: 1_000_000 });
    this.planned = Array.from({ length: plan.records }, (_, position) => this.planRecord(position));
  }

  /** Kills and resumes, then lets a last run come to its end, and looks at Braze. */
  async run(): Promise<KillFigures> {
    for (let kill = 0; kill < this.plan.kills; kill++) await this.runAndKill();
    const last = await this.world.write(this.input(), { streams, columns });
    this.note(last);
    expect(last.errors).toEqual([]);
    expect(last.exitCode).toBe(0);
    const doubled = this.checkBraze();
    expect(await this.left()).toEqual([]);
    return { kills: this.plan.kills, settled: this.settled, doubled, oldestMs: this.oldestMs() };
  }

  /** Kills once and starts again without any record: what was staged must arrive all the same. */
  async runWithoutResending(): Promise<number> {
    await this.runAndKill();
    const staged = await this.world.inStorage(stagedEvents);
    const last = await this.world.write([], { streams, columns });
    this.note(last);
    expect(last.exitCode).toBe(0);
    const arrived = this.eventCounts();
    expect(staged.filter((number) => !arrived.has(number))).toEqual([]);
    this.checkNotTooOften(arrived);
    // The journals stay: the host may still send all of it again.
    expect((await this.left()).filter((key) => key.includes("/staged/"))).toEqual([]);
    return staged.length;
  }

  private async runAndKill(): Promise<void> {
    const requestsBefore = this.world.requests.length;
    const running = await this.world.start(this.input(), { streams, columns, config });
    const after = 1 + Math.floor(this.random() * 150);
    const delayMs = this.random() * 40;
    let requests = 0;
    const killed = new Promise<number>((resolve) => {
      this.onRequest = () => {
        requests += 1;
        if (requests !== after) return;
        setTimeout(() => {
          resolve(Date.now());
          running.process.kill("SIGKILL");
        }, delayMs);
      };
    });
    const atMs = await Promise.race([killed, running.finished.then(() => Date.now())]);
    this.killedAtMs.push(atMs);
    const finished = await running.finished;
    this.onRequest = () => undefined;
    this.note(finished);
    await this.untilAnswered();
    this.doubt(this.world.requests.slice(requestsBefore).filter((each) => endOf(each) >= atMs - doublingMs));
  }

  /** What Braze is still busy with when the process is gone, takes effect too. */
  private async untilAnswered(): Promise<void> {
    let before = -1;
    while (before !== this.world.requests.length) {
      before = this.world.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  private planRecord(position: number): Planned {
    const user = `u${Math.floor(this.random() * users)}`;
    const stream = streams[Math.floor(this.random() * streams.length)] ?? "users";
    if (stream === "events") {
      const event = { name: "seen", time: "2026-05-04T10:00:00Z", properties: { position } };
      return { stream, user, line: record({ external_id: user, ...event }, stream) };
    }
    const points: JsonObject = stream === "users" && this.random() < 0.7 ? { points: { inc: 1 } } : {};
    return { stream, user, line: record({ external_id: user, seq: position, ...points }, stream) };
  }

  /** What a host sends that has these states: of each stream what stands behind its last one. */
  private *input(): Generator<string> {
    const from = new Map(this.safe);
    for (const [position, { stream, line }] of this.planned.entries()) {
      if (position >= (from.get(stream) ?? 0)) yield line;
      for (const [name, every] of this.plan.global ? globalStates : recordsPerState) {
        const isDue = position % every === every - 1 || position === this.planned.length - 1;
        if (!isDue || position < (from.get(name) ?? 0)) continue;
        yield this.plan.global ? globalState(position + 1) : state(position + 1, name);
      }
    }
  }

  private note(finished: Finished): void {
    expect(finished.errors).toEqual([]);
    expect(finished.invalidLines).toEqual([]);
    if (finished.logs("INFO").some((line) => line.startsWith("An earlier run left"))) this.settled += 1;
    expect(finished.logs("WARN").filter((line) => /can't be used|damaged/.test(line))).toEqual([]);
    for (const { stream, global } of finished.states) {
      const { position } = (stream?.stream_state ?? global?.shared_state ?? {}) as { position: number };
      const concerned = stream ? [stream.stream_descriptor.name] : streams;
      for (const name of concerned) this.safe.set(name, position);
    }
  }

  private doubt(requests: readonly LoggedRequest[]): void {
    for (const number of requests.flatMap(eventsOf)) add(this.doubtfulEvents, number, 1);
    for (const { user, points } of requests.flatMap(pointsOf)) add(this.doubtfulPoints, user, points);
  }

  private checkBraze(): number {
    expect(this.world.workspace.overlaps).toEqual([]);
    const arrived = this.eventCounts();
    const wanted = this.planned.flatMap(({ stream }, position) => (stream === "events" ? [position] : []));
    expect(wanted.filter((number) => !arrived.has(number))).toEqual([]);
    let doubled = this.checkNotTooOften(arrived);
    for (let number = 0; number < users; number++) {
      const user = `u${number}`;
      const own = this.planned.flatMap((each, position) =>
        each.user === user ? [{ ...each, position }] : [],
      );
      const attributes = this.world.attributesOf(user) ?? {};
      const written = own.filter(({ stream }) => stream !== "events");
      expect({ user, seq: attributes.seq }).toEqual({ user, seq: written.at(-1)?.position });
      const points = own.filter(({ line }) => line.includes('"inc"')).length;
      const more = ((attributes.points as number | undefined) ?? 0) - points;
      expect({ user, lost: Math.max(0, -more) }).toEqual({ user, lost: 0 });
      expect({ user, tooMuch: Math.max(0, more - (this.doubtfulPoints.get(user) ?? 0)) }).toEqual({
        user,
        tooMuch: 0,
      });
      doubled += more;
    }
    return doubled;
  }

  /** @returns how many events came more than once */
  private checkNotTooOften(arrived: ReadonlyMap<number, number>): number {
    const more = [...arrived].filter(([, count]) => count > 1);
    expect(more.filter(([number, count]) => count > 1 + (this.doubtfulEvents.get(number) ?? 0))).toEqual([]);
    return more.length;
  }

  private eventCounts(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const number of this.world.requests.flatMap(eventsOf)) add(counts, number, 1);
    return counts;
  }

  private oldestMs(): number {
    const seen = new Set<number>();
    let oldest = 0;
    for (const request of [...this.world.requests].reverse()) {
      const again = eventsOf(request).some((number) => seen.has(number));
      for (const number of eventsOf(request)) seen.add(number);
      // A request may still reach Braze just after the signal.
      const killed = this.killedAtMs.find((atMs) => atMs > request.at - doublingMs);
      if (again && killed !== undefined) oldest = Math.max(oldest, killed - endOf(request));
    }
    return oldest;
  }

  /** Staged parts and journals that are there. */
  private left(): Promise<string[]> {
    return this.world.inStorage(async (storage) => {
      const keys = (await storage.list("_braze/")).map(({ key }) => key);
      const left = keys.filter((key) => key.includes("/staged/") || key.includes("/journal/"));
      // With which records syncs begin is kept for good.
      return left.filter((key) => !key.endsWith("/beginnings.bin"));
    });
  }
}

const endOf = ({ at, durationMs }: LoggedRequest): number => at + durationMs;

function eventsOf({ body }: LoggedRequest): number[] {
  const { events = [] } = body as { events?: { properties: { position: number } }[] };
  return events.map(({ properties }) => properties.position);
}

function pointsOf({ body }: LoggedRequest): { user: string; points: number }[] {
  const { attributes = [] } = body as { attributes?: (JsonObject & { points?: { inc: number } })[] };
  return attributes.flatMap(({ external_id, points }) =>
    points ? [{ user: String(external_id), points: points.inc }] : [],
  );
}

/** Numbers of the events in staged parts. */
async function stagedEvents(storage: ObjectStorage): Promise<number[]> {
  const parts = (await storage.list("_braze/events/staged/")).map(({ key }) => key);
  const objects = await Promise.all(
    parts.map(async (key) => (await decodePart(await readAll(storage, key))).objects),
  );
  return objects.flat().map(({ body }) => (body as { properties: { position: number } }).properties.position);
}

const add = <Key>(counts: Map<Key, number>, key: Key, count: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + count);
