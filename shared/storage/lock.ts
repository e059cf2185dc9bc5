import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { sleep } from "../airbyte/context";
import { transientError } from "../airbyte/errors";
import { isObject } from "../json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "./storage";

/** What the lock object says of its holder. */
interface Holder {
  token: string;
  host: string;
  /** The process, and what tells it from a later one with the same number. */
  pid: number;
  process: string;
  since: string;
  /** Counts up while the holder lives. */
  beat: number;
}

export interface LockOptions {
  stop: AbortSignal;
  /** How often the holder shows that it lives. */
  beatMs?: number;
  /** How long a holder on another machine may be silent before it is taken for dead. */
  silenceMs?: number;
  /** Wait between writing the lock and believing that it is ours. */
  settleMs?: number;
}

const defaults = { beatMs: 5000, silenceMs: 20_000, settleMs: 250 };

/**
 * Keeps two syncs from working on the same objects. The lock is an object in the storage; not every
 * service that speaks S3 knows conditional writes, so whoever writes it reads it back before believing it.
 */
export class StorageLock {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();

  private constructor(
    private readonly storage: ObjectStorage,
    private readonly key: string,
    private readonly holder: Holder,
  ) {}

  /**
   * Takes the lock; that of a dead holder is taken over.
   * @param what what is locked, for people
   * @throws transient_error that says who holds it since when
   */
  static async acquire(
    storage: ObjectStorage,
    key: string,
    what: string,
    options: LockOptions,
  ): Promise<StorageLock> {
    const { beatMs, silenceMs, settleMs } = { ...defaults, ...options };
    const current = await readHolder(storage, key);
    if (current && (await isAlive(storage, key, current, silenceMs, options.stop))) throw held(what, current);
    const holder: Holder = {
      token: randomUUID(),
      host: hostname(),
      pid: process.pid,
      process: processIdentity(process.pid),
      since: new Date().toISOString(),
      beat: 0,
    };
    const lock = new StorageLock(storage, key, holder);
    await lock.write();
    if (current) await sleep(settleMs, options.stop);
    const winner = await readHolder(storage, key);
    if (winner && winner.token !== holder.token) throw held(what, winner);
    lock.startBeating(beatMs);
    return lock;
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    const current = await readHolder(this.storage, this.key);
    if (current?.token === this.holder.token) await this.storage.remove([this.key]);
  }

  private startBeating(beatMs: number): void {
    this.timer = setInterval(() => {
      this.holder.beat += 1;
      // A beat that fails is made up for by the next one; should all fail, the storage is gone anyway.
      this.beating = this.write().catch(() => undefined);
    }, beatMs);
    this.timer.unref();
  }

  private write(): Promise<void> {
    return this.storage.write(this.key, Buffer.from(`${JSON.stringify(this.holder)}\n`));
  }
}

const held = (what: string, { host, pid, since }: Holder): Error =>
  transientError(
    `Another sync is at work on ${what}: process ${pid} on ${host} since ${since}. Wait until it has ended.`,
  );

/** On this machine the process itself tells; elsewhere a holder that shows no beat for a while is dead. */
async function isAlive(
  storage: ObjectStorage,
  key: string,
  holder: Holder,
  silenceMs: number,
  stop: AbortSignal,
): Promise<boolean> {
  if (holder.host === hostname() && sameProcessSpace(holder)) {
    return processIdentity(holder.pid) === holder.process;
  }
  const checks = 10;
  for (let check = 0; check < checks; check++) {
    await sleep(silenceMs / checks, stop);
    const now = await readHolder(storage, key);
    if (!now) return false;
    if (now.token !== holder.token || now.beat !== holder.beat) return true;
  }
  return false;
}

async function readHolder(storage: ObjectStorage, key: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, key)).toString());
    return isHolder(value) ? value : undefined;
  } catch (error) {
    // Damaged or missing: nobody holds it.
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    isObject(value) &&
    typeof value.token === "string" &&
    typeof value.host === "string" &&
    typeof value.pid === "number" &&
    typeof value.process === "string" &&
    typeof value.since === "string" &&
    typeof value.beat === "number"
  );
}

const sameProcessSpace = (holder: Holder): boolean => holder.process.split(" ", 1)[0] === processSpace();

/** Process numbers mean something only inside their namespace: containers have one each. */
function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "host";
  }
}

/** Names a running process, also if its number was used before; without a start time, the number alone. */
function processIdentity(pid: number): string {
  const space = processSpace();
  try {
    // Field 22 of /proc/PID/stat is the start time (proc(5)); the name in field 2 may hold blanks.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${space} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${space} ${isRunning(pid) ? "running" : "gone"}`;
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
