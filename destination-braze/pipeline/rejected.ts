import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { Json, JsonObject } from "@braze-connectors/shared/json";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { Reason } from "../objects/object";

const compress = promisify(gzip);

/** Where rejected records go. */
export interface RejectedRecords {
  /**
   * Takes a record; it is safe after the next `persist`. Await what is returned, if anything.
   * @param text the record as it came, if it is at hand: reading it may have rounded its numbers
   */
  add(
    stream: string,
    record: JsonObject,
    reasons: readonly Reason[],
    text?: string,
  ): Promise<void> | undefined;
  /** Makes everything taken so far durable. */
  persist(): Promise<void>;
  /** How many of those taken are not durable, though there is storage for them. */
  readonly unstored: number;
}

/** Which try of which sync: several tries share the folder of their sync. */
export interface SyncRun {
  syncId: string;
  /** Told apart by it are tries that start in the same millisecond. */
  id: string;
  /** Number of the try, counted from zero by the host. */
  attempt: number;
  startedAt: Date;
}

/** Names a try in keys; those of later tries sort behind it. */
export const runName = ({ startedAt, id }: SyncRun): string => `${compactTime(startedAt)}-${id}`;

/** How much waits to be written, of all streams: enough to make few parts, little enough for the memory. */
const maxWaitingCharacters = 4 << 20;

/** Writes rejected records to `{sync_id}/rejected/{stream}/….jsonl.gz`. */
export class StoredRejectedRecords implements RejectedRecords {
  /** Lines by stream. */
  private readonly waiting = new Map<string, string[]>();
  private waitingCharacters = 0;
  private notStored = 0;
  private parts = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly storage: Pick<ObjectStorage, "write">,
    private readonly run: SyncRun,
    private readonly now: () => Date = () => new Date(),
    /** Takes secrets out of reasons: Braze repeats in them what it likes. */
    private readonly redact: (text: string) => string = (text) => text,
  ) {}

  add(
    stream: string,
    record: JsonObject,
    reasons: readonly Reason[],
    text?: string,
  ): Promise<void> | undefined {
    const line = rejectedLine({
      stream,
      record: text ?? printed(record),
      reasons: reasons.map((reason) => ({ ...reason, message: this.redact(reason.message) })),
      rejected_at: this.now().toISOString(),
      attempt: this.run.attempt,
    });
    const lines = this.waiting.get(stream);
    if (lines) lines.push(line);
    else this.waiting.set(stream, [line]);
    this.waitingCharacters += line.length;
    this.notStored += 1;
    return this.waitingCharacters >= maxWaitingCharacters ? this.persist() : undefined;
  }

  persist(): Promise<void> {
    if (this.waiting.size === 0) return this.writing;
    const parts = [...this.waiting];
    this.waiting.clear();
    this.waitingCharacters = 0;
    // One after the other: whoever waits for this call waits for the parts of earlier calls too.
    this.writing = this.writing.then(async () => {
      for (const [stream, lines] of parts) await this.write(stream, lines);
    });
    // Whoever asked is told; that nobody asked must not end the process.
    this.writing.catch(() => undefined);
    return this.writing;
  }

  get unstored(): number {
    return this.notStored;
  }

  private async write(stream: string, lines: readonly string[]): Promise<void> {
    this.parts += 1;
    const name = `${runName(this.run)}-${String(this.parts).padStart(5, "0")}.jsonl.gz`;
    const key = `${this.run.syncId}/rejected/${folderName(stream)}/${name}`;
    await this.storage.write(key, await compress(`${lines.join("\n")}\n`));
    this.notStored -= lines.length;
  }
}

interface RejectedLine {
  stream: string;
  /** JSON text. */
  record: string;
  reasons: readonly Reason[];
  /** ISO 8601. */
  rejected_at: string;
  attempt: number;
}

function rejectedLine({ stream, record, ...rest }: RejectedLine): string {
  return `{"stream":${JSON.stringify(stream)},"record":${record},${JSON.stringify(rest).slice(1)}`;
}

/** JSON.stringify gives up at some thousand levels. */
const printableLevels = 500;

function printed(record: Json): string {
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify(cutBelow(record, printableLevels));
  }
}

/** A value without what it nests deeper than a number of levels; what is left out is said in its place. */
function cutBelow(value: Json, levels: number): Json {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "(nested too deep to be kept)";
  if (Array.isArray(value)) return value.map((item) => cutBelow(item, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cutBelow(child, levels - 1)]));
}

/** `20261124T001500123Z` */
const compactTime = (time: Date): string => time.toISOString().replaceAll(/[-:.]/g, "");

/** A stream's name as the name of a folder. */
export const folderName = (stream: string): string => encodeURIComponent(stream).replaceAll(".", "%2E");

const loggedRecords = 100;

/** Without storage: the first rejected records go to the log with their identifiers, the others are counted. */
export class LoggedRejectedRecords implements RejectedRecords {
  readonly unstored = 0;
  private count = 0;

  constructor(private readonly log: Logger) {}

  add(stream: string, record: JsonObject, reasons: readonly Reason[]): undefined {
    this.count += 1;
    if (this.count > loggedRecords) {
      if (this.count === loggedRecords + 1) {
        this.log.warn(
          "More records are rejected; they are only counted. Set object_storage_config to keep them all.",
        );
      }
      return undefined;
    }
    this.log.warn(`Rejected a record of ${stream}: ${describe(reasons)} Record: ${excerpt(record)}`);
    return undefined;
  }

  async persist(): Promise<void> {}
}

const describe = (reasons: readonly Reason[]): string => reasons.map(({ message }) => message).join(" ");

const excerptLength = 1000;

function excerpt(record: JsonObject): string {
  const text = JSON.stringify(cutBelow(record, printableLevels));
  return text.length <= excerptLength ? text : `${text.slice(0, excerptLength)}… (${text.length} characters)`;
}
