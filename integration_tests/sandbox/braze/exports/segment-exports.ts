import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Segment } from "../segments";
import type { WorkspaceContext } from "../workspace";
import {
  type FileContent,
  gzipFile,
  randomName,
  type TransformLine,
  writeZip,
  zipFile,
} from "./export-files";
import type { Selection } from "./exported-user";
import type { ExportStorage } from "./storage";

/** How exports of a workspace behave. May be changed between exports. */
export interface ExportOptions {
  /** From the request to the first file, in milliseconds; default 20. */
  delayMs?: number;
  /** default 5000 (docs: post_users_segment) */
  usersPerFile?: number;
  /** Between two files in S3, in milliseconds; default 0. */
  fileIntervalMs?: number;
  /** Files of a segment appear in no particular order. */
  shuffle?: boolean;
  /** The date folder, `YYYY-MM-DD`; default the day (UTC) on which each file is written. */
  finishedDay?: string | ((fileIndex: number) => string);
  /** What the link answers before the export is ready; default 404. */
  linkNotReadyStatus?: 403 | 404;
  /** How long the link can be used, in milliseconds from its being ready; default 4 hours. */
  linkValidMs?: number;
  /** Ending of the file inside a zip; default json. */
  memberExtension?: "json" | "txt";
  /** Awaited before each file is written (for a link: once): holds an export until a test lets it go. */
  beforeFile?: (fileIndex: number) => Promise<void> | void;
  /** Changes or damages a line (without its newline). */
  transformLine?: TransformLine;
  /** Changes or damages a file; null leaves it out. */
  transformFile?: (content: Buffer, fileIndex: number) => Buffer | null;
}

export interface ExportRequest {
  segment: Segment;
  selection: Selection;
  format: "zip" | "gzip";
  callbackEndpoint?: string;
}

/** A segment export, as it runs. */
export interface ExportJob {
  readonly segmentId: string;
  /** `UUID-UNIXSECONDS`, as in the answer */
  readonly objectPrefix: string;
  readonly format: "zip" | "gzip";
  readonly selection: Selection;
  /** the download link; undefined when the export goes to S3 */
  readonly url?: string;
  status: "running" | "complete" | "failed";
  /** S3 keys, in the order in which they were written */
  readonly files: string[];
  /** why it failed; Braze tells nobody */
  error?: unknown;
  /** resolves when the export has ended, whether it worked or not */
  readonly finished: Promise<void>;
}

/** What a download link answers. */
export type Download =
  | { state: "not_ready"; status: 403 | 404 }
  | { state: "expired" }
  | { state: "ready"; file: string };

interface RunningJob extends ExportJob {
  finished: Promise<void>;
  file?: string;
  readyAtMs?: number;
}

const DEFAULT_DELAY_MS = 20;
const DEFAULT_USERS_PER_FILE = 5000;
const DEFAULT_LINK_VALID_MS = 4 * 3600 * 1000;

export class SegmentExports {
  readonly jobs: ExportJob[] = [];
  readonly settings: ExportOptions;
  readonly #storage: ExportStorage;
  readonly #context: WorkspaceContext;
  readonly #links = new Map<string, RunningJob>();
  readonly #closed = new AbortController();
  #client: S3Client | undefined;

  constructor(storage: ExportStorage, settings: ExportOptions, context: WorkspaceContext) {
    this.#storage = storage;
    this.settings = settings;
    this.#context = context;
  }

  get running(): number {
    return this.jobs.filter((job) => job.status === "running").length;
  }

  isRunning(segmentId: string): boolean {
    return this.jobs.some((job) => job.segmentId === segmentId && job.status === "running");
  }

  start(request: ExportRequest): ExportJob {
    // docs call this "seconds since 2017-01-01" but their example is a Unix time of 2019.
    const objectPrefix = `${randomUUID()}-${Math.floor(this.#context.clock() / 1000)}`;
    const path = `/_downloads/segment-export/${request.segment.id}/${objectPrefix}.zip`;
    const linked = this.#storage.kind === "link";
    // Links are signed for S3: whoever has one has the data, without any key.
    const query = `?X-Amz-Expires=14400&X-Amz-Signature=${randomBytes(32).toString("hex")}`;
    const job: RunningJob = {
      segmentId: request.segment.id,
      objectPrefix,
      // docs: post_users_segment: output_format counts "when using your own S3 bucket" only.
      format: linked ? "zip" : request.format,
      selection: request.selection,
      ...(linked ? { url: this.#context.baseUrl() + path + query } : {}),
      status: "running",
      files: [],
      finished: Promise.resolve(),
    };
    this.jobs.push(job);
    if (linked) this.#links.set(path + query, job);
    job.finished = this.#run(job, request);
    return job;
  }

  /** What stands behind a link; undefined for one that was never given out, or is signed in another way. */
  download(path: string, query: string): Download | undefined {
    const job = this.#links.get(path + query);
    if (job === undefined) return undefined;
    if (job.file === undefined || job.readyAtMs === undefined) {
      return { state: "not_ready", status: this.settings.linkNotReadyStatus ?? 404 };
    }
    const ageMs = this.#context.clock() - job.readyAtMs;
    if (ageMs > (this.settings.linkValidMs ?? DEFAULT_LINK_VALID_MS)) return { state: "expired" };
    return { state: "ready", file: job.file };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.jobs.map((job) => job.finished));
    this.#client?.destroy();
  }

  async #run(job: RunningJob, request: ExportRequest): Promise<void> {
    try {
      await this.#pause(this.settings.delayMs ?? DEFAULT_DELAY_MS);
      if (this.#storage.kind === "link") await this.#writeDownload(job, request);
      else await this.#writeToS3(job, request, this.#storage);
      job.status = "complete";
      await this.#callBack(job, request.callbackEndpoint);
    } catch (error) {
      job.status = "failed";
      job.error = error;
    }
  }

  async #writeToS3(
    job: RunningJob,
    request: ExportRequest,
    storage: ExportStorage & { kind: "s3" },
  ): Promise<void> {
    const contents = this.#contents(request);
    const order = contents.map((_, index) => index);
    if (this.settings.shuffle === true) shuffle(order);
    for (const [position, index] of order.entries()) {
      if (position > 0) await this.#pause(this.settings.fileIntervalMs ?? 0);
      await this.#before(index);
      const content = contents[index];
      if (content === undefined) continue;
      const made = await this.#file(content, request.format);
      const body =
        this.settings.transformFile === undefined ? made : this.settings.transformFile(made, index);
      if (body === null) continue;
      const key = this.#key(job, storage, index);
      await this.#s3(storage).send(new PutObjectCommand({ Bucket: storage.bucket, Key: key, Body: body }));
      job.files.push(key);
    }
  }

  async #writeDownload(job: RunningJob, request: ExportRequest): Promise<void> {
    const contents = this.#contents(request);
    if (this.settings.shuffle === true) shuffle(contents);
    await this.#before(0);
    // Assumed: an empty segment has no file behind its link either, as in S3.
    if (contents.length === 0) return;
    const file = join(await this.#context.scratchDirectory(), `${job.objectPrefix}.zip`);
    await writeZip(file, contents, this.settings.memberExtension ?? "json");
    const transform = this.settings.transformFile;
    if (transform !== undefined) {
      const changed = transform(await readFile(file), 0);
      if (changed === null) return;
      await writeFile(file, changed);
    }
    job.readyAtMs = this.#context.clock();
    job.file = file;
  }

  /** The files of an export. An empty segment has none. */
  #contents(request: ExportRequest): FileContent[] {
    const members = request.segment.members();
    const usersPerFile = this.settings.usersPerFile ?? DEFAULT_USERS_PER_FILE;
    const nowMs = this.#context.clock();
    const contents: FileContent[] = [];
    for (let from = 0; from < members.size; from += usersPerFile) {
      contents.push({
        members,
        from,
        to: Math.min(from + usersPerFile, members.size),
        selection: request.selection,
        nowMs,
        ...(this.settings.transformLine === undefined ? {} : { transformLine: this.settings.transformLine }),
      });
    }
    return contents;
  }

  #file(content: FileContent, format: "zip" | "gzip"): Promise<Buffer> {
    if (format === "gzip") return gzipFile(content);
    return zipFile(content, randomName(this.settings.memberExtension ?? "json"));
  }

  /** docs: post_users_segment, "Export pathing breakdown" */
  #key(job: ExportJob, storage: ExportStorage & { kind: "s3" }, fileIndex: number): string {
    const { finishedDay } = this.settings;
    const day =
      typeof finishedDay === "function"
        ? finishedDay(fileIndex)
        : (finishedDay ?? new Date(this.#context.clock()).toISOString().slice(0, 10));
    const root = storage.rootPath === undefined || storage.rootPath === "" ? "" : `${storage.rootPath}/`;
    const name = randomName(job.format === "gzip" ? "gz" : "zip");
    return `${root}segment-export/${job.segmentId}/${day}/${job.objectPrefix}/${name}`;
  }

  #s3(storage: ExportStorage & { kind: "s3" }): S3Client {
    this.#client ??= new S3Client({
      region: storage.region,
      credentials: { accessKeyId: storage.accessKeyId, secretAccessKey: storage.secretAccessKey },
      ...(storage.endpoint === undefined ? {} : { endpoint: storage.endpoint, forcePathStyle: true }),
    });
    return this.#client;
  }

  /** docs: post_users_segment: `{"success": true}` and, without cloud storage, the `url`. */
  async #callBack(job: ExportJob, endpoint: string | undefined): Promise<void> {
    if (endpoint === undefined) return;
    const body = JSON.stringify({ success: true, ...(job.url === undefined ? {} : { url: job.url }) });
    const headers = { "content-type": "application/json" };
    await fetch(endpoint, { method: "POST", headers, body, signal: this.#closed.signal }).catch(() => {
      // Nobody listens: Braze does not mind either.
    });
  }

  /** Waits for `beforeFile`, but not beyond the end of the sandbox. */
  async #before(fileIndex: number): Promise<void> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const held = this.settings.beforeFile?.(fileIndex);
    if (held === undefined) return;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      held.then(resolve, reject);
    });
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#closed.signal });
  }
}

function shuffle<T>(items: T[]): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}
