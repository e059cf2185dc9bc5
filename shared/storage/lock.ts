import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { sleep } from "../airbyte/context";
import { transientError } from "../airbyte/errors";
import { isObject, type Json } from "../json";
import { describeShard, type Shard, shardsOverlap, wholeWork } from "../shard";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "./storage";

/** What a claim says of who made it. */
interface Holder {
  token: string;
  host: string;
  /** Tells process numbers of other machines and containers apart; see processSpace(). */
  space: string;
  pid: number;
  /** When the process started, in the machine's own counting; null where the machine does not say. */
  started: string | null;
  since: string;
  /** The share that it locks; claims without one are of everything. */
  shard?: Shard;
  /** Counts up while the holder lives. */
  beat: number;
}

export interface LockOptions {
  stop: AbortSignal;
  /** The share that is locked: others may be locked at the same time. Without it, everything is. */
  shard?: Shard | undefined;
  /** Told when somebody has taken the lock away, because this process seemed dead for a while. */
  lost?: (error: Error) => void;
  /** How often the holder shows that it lives. */
  beatMs?: number;
  /** How long a holder on another machine may be silent before it is taken for dead. */
  silenceMs?: number;
  /** How long the first of several claims waits for the others to be withdrawn. */
  settleMs?: number;
}

const defaults = { beatMs: 5000, silenceMs: 20_000, settleMs: 1000 };
/** Looks at the other claims while waiting for something to happen to them. */
const looks = 10;

/**
 * Keeps two syncs from working on the same objects. Not every service that speaks S3 knows conditional
 * writes, so each process writes a claim of its own into a folder and then looks for others: of two
 * processes at least one sees the other's claim. Only who sees none of a living process has the lock.
 */
export class StorageLock {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private isBeating = false;

  private constructor(
    private readonly storage: ObjectStorage,
    private readonly folder: string,
    private readonly what: string,
    private readonly holder: Holder,
    private readonly options: Required<Omit<LockOptions, "lost" | "shard">> & Pick<LockOptions, "lost">,
  ) {}

  /**
   * Takes the lock; that of a dead holder is taken over.
   * @param folder where the claims are, with a trailing slash
   * @param what what is locked, for people
   * @throws transient_error that says who holds it since when
   */
  static async acquire(
    storage: ObjectStorage,
    folder: string,
    what: string,
    options: LockOptions,
  ): Promise<StorageLock> {
    const holder: Holder = {
      token: randomUUID(),
      host: hostname(),
      space: processSpace(),
      pid: process.pid,
      started: lookAt(process.pid).started,
      since: new Date().toISOString(),
      ...(options.shard ? { shard: options.shard } : {}),
      beat: 0,
    };
    const lock = new StorageLock(storage, folder, what, holder, { ...defaults, ...options });
    await lock.write();
    lock.startBeating();
    try {
      await lock.outlastRivals();
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
    return lock;
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.storage.remove([this.keyOf(this.holder)]);
  }

  /** Whoever came later withdraws; who finds an older claim withdraws itself. */
  private async outlastRivals(): Promise<void> {
    const { settleMs, stop } = this.options;
    for (let look = 1; ; look++) {
      const rival = await this.findRival();
      if (!rival) return;
      if (look === looks || isOlder(rival, this.holder)) throw held(this.what, rival);
      await sleep(settleMs / looks, stop);
    }
  }

  /** Another living process with a claim on some of the same. Claims of dead ones are removed. */
  private async findRival(): Promise<Holder | undefined> {
    for (const { key } of await this.storage.list(this.folder)) {
      if (key === this.keyOf(this.holder)) continue;
      const claim = await readClaim(this.storage, key);
      if (claim && !shardsOverlap(claim.shard ?? wholeWork, this.holder.shard ?? wholeWork)) continue;
      if (claim && (await this.isAlive(key, claim))) return claim;
      await this.storage.remove([key]);
    }
    return undefined;
  }

  /** On this machine the process itself tells; elsewhere a holder that shows no beat for a while is dead. */
  private async isAlive(key: string, claim: Holder): Promise<boolean> {
    if (claim.host === hostname() && claim.space === processSpace()) {
      const { running, started } = lookAt(claim.pid);
      if (!running) return false;
      if (started !== null) return started === claim.started;
    }
    const { silenceMs, stop } = this.options;
    for (let look = 0; look < looks; look++) {
      await sleep(silenceMs / looks, stop);
      const now = await readClaim(this.storage, key);
      if (!now) return false;
      if (now.beat !== claim.beat) return true;
    }
    return false;
  }

  private startBeating(): void {
    this.timer = setInterval(() => {
      // Of those that an outage of the storage holds up, one is enough.
      if (this.isBeating) return;
      this.isBeating = true;
      this.beating = this.beat()
        // A beat that fails is made up for by the next one; should all fail, the storage is gone anyway.
        .catch(() => undefined)
        .finally(() => {
          this.isBeating = false;
        });
    }, this.options.beatMs);
    this.timer.unref();
  }

  private async beat(): Promise<void> {
    if (!(await readClaim(this.storage, this.keyOf(this.holder)))) {
      clearInterval(this.timer);
      const message = `The lock on ${this.what} was lost: this process was not heard of for so long that another sync took it for dead.`;
      this.options.lost?.(transientError(message, { help: "locked" }));
      return;
    }
    this.holder.beat += 1;
    await this.write();
  }

  private write(): Promise<void> {
    return this.storage.write(this.keyOf(this.holder), Buffer.from(`${JSON.stringify(this.holder)}\n`));
  }

  private keyOf({ token }: Holder): string {
    return `${this.folder}${token}.json`;
  }
}

const isOlder = (a: Holder, b: Holder): boolean =>
  a.since === b.since ? a.token < b.token : a.since < b.since;

const held = (what: string, { host, pid, since, shard }: Holder): Error =>
  transientError(
    `Another sync is at work on ${what}${shard ? ` (${describeShard(shard)})` : ""}: process ${pid} on ${host} since ${since}. Wait until it has ended.`,
    { help: "locked" },
  );

/** A claim; undefined when it is gone, or damaged: then it is nobody's. */
async function readClaim(storage: ObjectStorage, key: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, key)).toString());
    return isHolder(value) ? value : undefined;
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    isObject(value) &&
    typeof value.token === "string" &&
    typeof value.host === "string" &&
    typeof value.space === "string" &&
    typeof value.pid === "number" &&
    (typeof value.started === "string" || value.started === null) &&
    typeof value.since === "string" &&
    (value.shard === undefined || isShard(value.shard)) &&
    typeof value.beat === "number"
  );
}

const isShard = (value: Json): boolean =>
  isObject(value) && typeof value.index === "number" && typeof value.count === "number";

/**
 * Where process numbers mean something: containers have a namespace each, and hosts may share their
 * name, but no two boots of machines share their id.
 */
function processSpace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

/** Whether a process runs, and since when: its number may have been used before. */
function lookAt(pid: number): { running: boolean; started: string | null } {
  try {
    // Behind the name in field 2, which may hold blanks: the state in field 3, the start in field 22 (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { running: !["Z", "X"].includes(fields[0] ?? ""), started: fields[19] ?? null };
  } catch {
    return { running: isRunning(pid), started: null };
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
