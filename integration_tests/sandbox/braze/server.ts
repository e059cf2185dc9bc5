import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closeServer, dropConnection, halfResponse, listen, readBody } from "../http";
import { isJsonObject, type Json } from "../json";
import { answerAdmin, isAdminPath } from "./admin";
import { answerDownload } from "./downloads";
import type { Answer } from "./endpoint";
import { ENDPOINTS } from "./endpoints";
import type { Fault } from "./faults";
import { redacted } from "./requests";
import { Router } from "./router";
import { BrazeWorkspace, type Workspace, type WorkspaceOptions } from "./workspace";

export interface SandboxBraze {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly workspaces: readonly Workspace[];
  createWorkspace(options?: WorkspaceOptions): Workspace;
  /** Ends running exports and connections, removes spooled downloads. */
  close(): Promise<void>;
}

export interface BrazeOptions {
  /** default: a free one */
  port?: number;
  /** epoch milliseconds; default the system's */
  clock?: () => number;
}

/** Starts a local Braze on loopback. */
export async function startBraze(options: BrazeOptions = {}): Promise<SandboxBraze> {
  const braze = new LocalBraze(options.clock ?? Date.now);
  await braze.listen(options.port ?? 0);
  return braze;
}

/** An answer that is ready to be written. */
interface Written {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A request that has been let in. */
interface Admitted {
  workspace: BrazeWorkspace;
  method: string;
  url: URL;
  rawBody: Buffer;
}

const EMPTY = Buffer.alloc(0);
const JSON_TYPE = "application/json";

export class LocalBraze implements SandboxBraze {
  url = "";
  readonly workspaces: BrazeWorkspace[] = [];
  readonly #byKey = new Map<string, BrazeWorkspace>();
  readonly #router = new Router(ENDPOINTS);
  readonly #clock: () => number;
  readonly #server: Server;
  #scratch: Promise<string> | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#crash(error, response));
    });
  }

  async listen(port: number): Promise<void> {
    this.url = await listen(this.#server, port);
  }

  createWorkspace(options: WorkspaceOptions = {}): Workspace {
    const workspace = new BrazeWorkspace(options, `Workspace ${this.workspaces.length + 1}`, {
      clock: this.#clock,
      baseUrl: () => this.url,
      scratchDirectory: () => this.#scratchDirectory(),
    });
    if (this.#byKey.has(workspace.apiKey)) throw new Error("another workspace has this API key already");
    this.workspaces.push(workspace);
    this.#byKey.set(workspace.apiKey, workspace);
    return workspace;
  }

  async close(): Promise<void> {
    await Promise.all(this.workspaces.map((workspace) => workspace.segmentExports.close()));
    await closeServer(this.#server);
    if (this.#scratch !== undefined) await rm(await this.#scratch, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const method = request.method ?? "GET";
    if (isAdminPath(url.pathname)) return answerAdmin(this, request, response, url);
    if (url.pathname.startsWith("/_downloads/")) return this.#answerDownload(method, url, response);

    const key = bearer(request);
    const workspace = this.#byKey.get(key);
    const rawBody = await readBody(request, workspace?.limits.maxBodyBytes ?? 0);
    if (workspace === undefined) {
      // Seen: Braze repeats the key in its answer.
      return write(response, json(401, { message: `Invalid API key: ${key}` }));
    }
    if (rawBody === "too_large") {
      const answer = json(413, { message: "Request Entity Too Large" });
      this.#note(workspace, request, url, answer.status, this.#clock(), undefined);
      return write(response, answer);
    }
    await this.#serve({ workspace, method, url, rawBody }, request, response);
  }

  /** Runs one request through faults, rate limit, permission and endpoint, and logs it. */
  async #serve(admitted: Admitted, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { workspace, method, url, rawBody } = admitted;
    const arrivedMs = this.#clock();
    const body = parsed(rawBody);
    workspace.inFlight += 1;
    workspace.log.stats.maxInFlight = Math.max(workspace.log.stats.maxInFlight, workspace.inFlight);
    let status = 0;
    try {
      const faults = workspace.faults.take({
        method,
        path: url.pathname,
        query: url.searchParams,
        body: isJsonObject(body) ? body : undefined,
      });
      for (const fault of faults) if (fault.kind === "delay") await sleep(fault.delayMs);
      const fault = faults.find((each) => each.kind !== "delay");
      if (fault?.kind === "drop_before") return dropConnection(response);
      const early = fault === undefined ? undefined : instead(fault, arrivedMs);
      const processes = early === undefined || (fault?.kind === "status" && fault.processed === true);
      const processed = processes ? await this.#process(admitted, body, fault) : undefined;
      if (fault?.kind === "drop_after") return dropConnection(response);
      const answer = early ?? processed ?? json(500, { message: "Internal Server Error" });
      status = answer.status;
      if (fault?.kind === "half_response") return halfResponse(response, status, JSON_TYPE, answer.body);
      if (fault?.kind === "half_json") return write(response, { ...answer, body: firstHalf(answer.body) });
      write(response, fault?.kind === "queued" && status < 300 ? json(202, { message: "queued" }) : answer);
      if (fault?.kind === "queued") status = response.statusCode;
    } finally {
      workspace.inFlight -= 1;
      this.#note(workspace, request, url, status, arrivedMs, body);
    }
  }

  async #process(admitted: Admitted, body: Json | undefined, fault: Fault | undefined): Promise<Written> {
    const { workspace, method, url, rawBody } = admitted;
    const route = this.#router.find(method, url.pathname);
    // docs: api/errors
    if (route === undefined) return json(404, { message: "Invalid URL" });
    const nowMs = this.#clock();
    const rate = workspace.rateLimits.take(route.endpoint.rateGroup, nowMs);
    if (!rate.allowed) return json(429, { message: "Rate Limited" }, rate.headers);
    if (!workspace.allows(route.endpoint.permission)) {
      // docs: api/errors, "403 Access Denied: the key does not have sufficient permissions". That the
      // message names the permission is ours: it helps whoever reads a failed test.
      const message = `Access Denied: the API key lacks the permission ${route.endpoint.permission}`;
      return json(403, { message }, rate.headers);
    }
    if (rawBody.length > 0 && !isJsonObject(body)) return json(400, { message: "Bad Request" }, rate.headers);
    const answer: Answer = await route.endpoint.handle({
      workspace,
      query: url.searchParams,
      body: isJsonObject(body) ? body : {},
      bodyBytes: rawBody.length,
      parameters: route.parameters,
      nowMs,
      baseUrl: this.url,
      fault,
    });
    return json(answer.status, answer.body, { ...rate.headers, ...answer.headers });
  }

  async #answerDownload(method: string, url: URL, response: ServerResponse): Promise<void> {
    for (const workspace of this.workspaces) {
      const download = workspace.segmentExports.download(url.pathname, url.search);
      if (download === undefined) continue;
      const query = url.searchParams;
      const faults = workspace.faults.take({ method, path: url.pathname, query, body: undefined });
      for (const fault of faults) if (fault.kind === "delay") await sleep(fault.delayMs);
      const fault = faults.find((each) => each.kind !== "delay");
      if (fault?.kind === "drop_before" || fault?.kind === "drop_after") return dropConnection(response);
      if (fault?.kind === "half_response" && download.state === "ready") {
        return halfResponse(response, 200, "application/zip", await readFile(download.file));
      }
      const early = fault === undefined ? undefined : instead(fault, this.#clock());
      if (early !== undefined) return write(response, early);
      await answerDownload(response, download);
      return;
    }
    await answerDownload(response, undefined);
  }

  #note(
    workspace: BrazeWorkspace,
    request: IncomingMessage,
    url: URL,
    status: number,
    arrivedMs: number,
    body: Json | undefined,
  ): void {
    const entry = () => ({
      method: request.method ?? "GET",
      path: url.pathname + url.search,
      status,
      at: arrivedMs,
      durationMs: this.#clock() - arrivedMs,
      headers: redacted(request.headers),
      body,
    });
    workspace.log.add(entry, url.pathname, status);
  }

  #scratchDirectory(): Promise<string> {
    this.#scratch ??= mkdtemp(join(tmpdir(), "sandbox-braze-"));
    return this.#scratch;
  }

  /** A mistake of the sandbox itself (or a client that went away): loud, but the server goes on. */
  #crash(error: unknown, response: ServerResponse): void {
    if (response.destroyed || response.headersSent) {
      response.destroy();
      return;
    }
    write(
      response,
      json(500, { message: `sandbox: ${error instanceof Error ? error.stack : String(error)}` }),
    );
  }
}

/** The answer that a fault puts in the place of the real one; undefined when the request is served. */
function instead(fault: Fault, nowMs: number): Written | undefined {
  switch (fault.kind) {
    case "status": {
      const headers = fault.headers ?? {};
      if (fault.body === null) return { status: fault.status, headers, body: EMPTY };
      if (typeof fault.body === "string") {
        return {
          status: fault.status,
          headers: { "content-type": "text/html", ...headers },
          body: Buffer.from(fault.body),
        };
      }
      return json(fault.status, fault.body ?? { message: `sandbox fault ${fault.status}` }, headers);
    }
    case "rate_limited": {
      const seconds = fault.retryAfterSeconds ?? 1;
      const variants = {
        "x-ratelimit-retry-after": { "x-ratelimit-retry-after": String(seconds) },
        "retry-after": { "retry-after": String(seconds) },
        "retry-after-date": { "retry-after": new Date(nowMs + seconds * 1000).toUTCString() },
        "x-ratelimit-reset": { "x-ratelimit-reset": String(Math.ceil(nowMs / 1000 + seconds)) },
        "x-ratelimit-reset-seconds": { "x-ratelimit-reset": String(seconds) },
        none: {},
      };
      return json(429, { message: "Rate Limited" }, variants[fault.header ?? "x-ratelimit-retry-after"]);
    }
    default:
      return undefined;
  }
}

const firstHalf = (body: Buffer): Buffer => body.subarray(0, Math.floor(body.length / 2));

function bearer(request: IncomingMessage): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

function parsed(rawBody: Buffer): Json | undefined {
  if (rawBody.length === 0) return undefined;
  try {
    return JSON.parse(rawBody.toString()) as Json;
  } catch {
    return undefined;
  }
}

function json(status: number, body: Json, headers: Record<string, string> = {}): Written {
  return {
    status,
    headers: { "content-type": JSON_TYPE, ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function write(response: ServerResponse, answer: Written): void {
  response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
  response.end(answer.body);
}
