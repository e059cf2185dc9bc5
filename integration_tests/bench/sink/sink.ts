/**
 * Stands in for Braze and for S3 in benchmarks: answers as fast as it can, counts, and checks what no
 * client may do. It knows only the endpoints that the benchmarks need; the sandbox is the complete Braze.
 */
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf } from "./body";
import { Bucket } from "./bucket";
import { RequestWindows } from "./request-windows";
import { TrackBook } from "./track-book";

/** What the sink is to be until it is set up again. */
export interface SinkSetup {
  /** How long Braze takes to answer; also how long identities are in flight. */
  latencyMs?: number;
  objectsPerRequest?: number;
  /** Requests to /users/track allowed in 3 seconds of the clock. */
  requestsPer3Seconds?: number;
  /** Files that every export consists of: in the bucket, or one archive behind a link. */
  export?: { kind: "bucket"; files: ExportFile[] } | { kind: "link"; file: ExportFile };
  /** Users in the segment, as /segments/data_series says. */
  segmentSize?: number;
}

export interface ExportFile {
  name: string;
  path: string;
  sizeBytes: number;
}

export interface SinkReport {
  requests: number;
  objects: number;
  violations: string[];
  /** Accepted requests by window of 3 seconds. */
  windows: number[];
  /** Requests answered with 429. */
  refused: number;
  storedBytes: number;
}

const defaultLatencyMs = 10;
export const bucketName = "bench";
const downloadPath = "/_downloads/export.zip";

export class Sink {
  private setup: SinkSetup = {};
  private book = new TrackBook(75);
  private windows = new RequestWindows(undefined);
  private readonly bucket = new Bucket();
  private exports = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<Sink> {
    const sink = new Sink();
    await new Promise<void>((resolve) => sink.server.listen(0, "127.0.0.1", resolve));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Begins anew: counts are zero, the bucket is empty. */
  begin(setup: SinkSetup): void {
    this.setup = setup;
    this.book = new TrackBook(setup.objectsPerRequest ?? 75);
    this.windows = new RequestWindows(setup.requestsPer3Seconds);
    this.bucket.objects.clear();
  }

  report(): SinkReport {
    const { requests, objects, violations } = this.book;
    let storedBytes = 0;
    for (const stored of this.bucket.objects.values())
      if (Buffer.isBuffer(stored)) storedBytes += stored.length;
    const { counts, refused } = this.windows;
    return { requests, objects, violations, windows: counts, refused, storedBytes };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    if (method === "POST" && url === "/users/track") return this.track(request, response);
    const { pathname, searchParams } = new URL(url, "http://sink");
    if (pathname === `/${bucketName}` || pathname.startsWith(`/${bucketName}/`)) {
      const key = decodeURIComponent(pathname.slice(bucketName.length + 2));
      return this.bucket.answer(request, response, key, searchParams);
    }
    const body = await bodyOf(request);
    switch (`${method} ${pathname}`) {
      case "POST /_sink/begin":
        this.begin(JSON.parse(body.toString()) as SinkSetup);
        return json(response, 200, {});
      case "GET /_sink/report":
        return json(response, 200, this.report());
      case "POST /users/export/segment":
        return this.startExport(response, JSON.parse(body.toString()) as { segment_id?: string });
      case `GET ${downloadPath}`:
        return this.download(response);
      case "GET /segments/details":
        return json(response, 200, { message: "success", name: "Everybody" });
      case "GET /segments/data_series": {
        const time = new Date().toISOString().slice(0, 10);
        return json(response, 200, {
          data: [{ time, size: this.setup.segmentSize ?? 0 }],
          message: "success",
        });
      }
      case "GET /custom_attributes":
        return json(response, 200, { attributes: [], message: "success" });
      default:
        return json(response, 404, { message: `The sink has no ${method} ${pathname}` });
    }
  }

  private async track(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request)).toString("latin1");
    if (body === "{}") return json(response, 400, { message: "Valid data must be provided" });
    if (!this.windows.admit(Date.now())) return json(response, 429, { message: "Too many requests" });
    const { headers } = this.windows;
    const identities = this.book.received(body);
    setTimeout(() => {
      this.book.answered(identities);
      json(response, 201, { message: "success", attributes_processed: identities.length }, headers);
    }, this.setup.latencyMs ?? defaultLatencyMs);
  }

  private startExport(response: ServerResponse, { segment_id: segment }: { segment_id?: string }): void {
    const { export: files } = this.setup;
    if (segment === undefined || !files) {
      json(response, 400, { message: "A segment_id is required" });
      return;
    }
    this.exports += 1;
    const prefix = `export-${this.exports}-${Date.now()}`;
    if (files.kind === "link") {
      json(response, 201, { message: "success", object_prefix: prefix, url: this.url + downloadPath });
      return;
    }
    const day = new Date().toISOString().slice(0, 10);
    for (const { name, ...file } of files.files) {
      this.bucket.objects.set(`segment-export/${segment}/${day}/${prefix}/${name}`, file);
    }
    json(response, 201, { message: "success", object_prefix: prefix });
  }

  private download(response: ServerResponse): void {
    const { export: files } = this.setup;
    if (files?.kind !== "link") {
      json(response, 404, {});
      return;
    }
    response.writeHead(200, { "content-type": "application/zip", "content-length": files.file.sizeBytes });
    createReadStream(files.file.path, { highWaterMark: 1 << 20 }).pipe(response);
  }
}

function json(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { ...headers, "content-type": "application/json", "content-length": text.length })
    .end(text);
}
