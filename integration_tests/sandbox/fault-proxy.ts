import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultList, type StruckHandle, type Turns } from "./fault-list";

/** Which requests a fault takes. Without anything, the next one. */
export interface ProxyFaultMatch extends Turns {
  method?: string;
  /** exact path (without the query), or a pattern */
  path?: string | RegExp;
}

/** How a connection ends: as if the peer had closed it, or cut (RST). */
interface Ending {
  reset?: boolean;
}

export type ProxyFaultKind =
  /** The server never sees the request. */
  | ({ kind: "drop_before" } & Ending)
  /** The server gets the beginning of the request, then the connection ends. */
  | ({ kind: "half_request" } & Ending)
  /** The server processes the request and answers; the client never sees the answer. */
  | ({ kind: "drop_after" } & Ending)
  /** The request reaches the server late; other faults still apply. */
  | { kind: "delay"; delayMs: number }
  /** The connection ends within the answer: after so many bytes of its body, by default half of it. */
  | ({ kind: "half_response"; afterBytes?: number } & Ending)
  /** The answer stops after so many bytes of its body; the connection stays open. */
  | { kind: "stall"; afterBytes: number }
  /** The answer comes in pieces with a pause after each. */
  | { kind: "drip"; pieceBytes: number; pauseMs: number };

export type ProxyFault = ProxyFaultMatch & ProxyFaultKind;

export interface ProxyRequest {
  method: string;
  /** without the query */
  path: string;
}

export interface FaultProxy {
  /** `http://127.0.0.1:PORT`, to be used in the place of the server's address. */
  readonly url: string;
  readonly faults: FaultList<ProxyFault, ProxyRequest>;
  /** Requests seen so far. */
  readonly requests: readonly ProxyRequest[];
  add(fault: ProxyFault): StruckHandle;
  /** Ends every connection; the server behind is left alone. */
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy on loopback that stands before an HTTP server, Braze or S3, and fails on demand in ways
 * that a server itself can't. Bytes pass unchanged, the Host header too, so that signatures stay true.
 * @param target address of the server, `http://127.0.0.1:PORT`
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const faults = new FaultList<ProxyFault, ProxyRequest>(isMeant);
  const requests: ProxyRequest[] = [];
  const open = new Set<Passage>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    const passage = new Passage(client, upstream, (request) => {
      requests.push(request);
      return faults.take(request);
    });
    open.add(passage);
    void passage.run().finally(() => open.delete(passage));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    faults,
    requests,
    add: (fault) => faults.add(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const passage of open) passage.end({});
      }),
  };
}

function isMeant({ method, path }: ProxyFault, request: ProxyRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === "string") return path === request.path;
  return path === undefined || path.test(request.path);
}

/** One connection of a client, and the one to the server that it is passed on through. */
class Passage {
  /** A request begins when the one before was answered: what comes in between is the rest of its body. */
  private answered = true;
  private fault: ProxyFault | undefined;
  private ended = false;

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly strike: (request: ProxyRequest) => ProxyFault[],
  ) {}

  async run(): Promise<void> {
    await Promise.allSettled([this.passRequests(), this.passAnswers()]);
  }

  end({ reset = false }: Ending): void {
    this.ended = true;
    if (reset) this.client.resetAndDestroy();
    else this.client.destroy();
    this.upstream.destroy();
  }

  private async passRequests(): Promise<void> {
    try {
      for await (const chunk of this.client) {
        const request = this.answered ? requestIn(chunk) : undefined;
        if (request) await this.begin(request);
        const { fault } = this;
        if (fault?.kind === "drop_before") return this.end(fault);
        if (fault?.kind === "half_request") {
          await send(this.upstream, chunk.subarray(0, Math.floor(chunk.length / 2)));
          return this.end(fault);
        }
        await send(this.upstream, chunk);
      }
    } finally {
      this.end({});
    }
  }

  private async begin(request: ProxyRequest): Promise<void> {
    this.answered = false;
    const struck = this.strike(request);
    this.fault = struck.find(({ kind }) => kind !== "delay");
    for (const fault of struck) if (fault.kind === "delay") await pause(fault.delayMs);
  }

  private async passAnswers(): Promise<void> {
    /** Bytes of the answer that may still pass; undefined when all may. */
    let left: number | undefined;
    try {
      for await (const chunk of this.upstream) {
        if (!this.answered && !isInterim(chunk)) {
          this.answered = true;
          left = bytesToPass(this.fault, chunk);
        }
        const { fault } = this;
        if (fault?.kind === "drop_after") return this.end(fault);
        if (fault?.kind === "drip") {
          await this.drip(chunk, fault);
          continue;
        }
        const passed = left === undefined ? chunk : chunk.subarray(0, left);
        await send(this.client, passed);
        if (left === undefined) continue;
        left -= passed.length;
        if (left > 0) continue;
        if (fault?.kind === "half_response") return this.end(fault);
        // Stalled: as long as the client has patience.
        await new Promise<void>((resolve) => this.client.once("close", () => resolve()));
        return;
      }
    } finally {
      this.end({});
    }
  }

  private async drip(chunk: Buffer, { pieceBytes, pauseMs }: { pieceBytes: number; pauseMs: number }) {
    for (let at = 0; at < chunk.length && !this.ended; at += pieceBytes) {
      await send(this.client, chunk.subarray(at, at + pieceBytes));
      await pause(pauseMs);
    }
  }
}

/** Waits, but keeps no process alive that would end otherwise. */
const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

/** Resolves when the bytes have been handed over; also when the socket is gone. */
function send(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

function requestIn(chunk: Buffer): ProxyRequest | undefined {
  const line = /^([A-Z]+) ([^ ?]+)\S* HTTP\/1\.1\r\n/.exec(chunk.subarray(0, 16 * 1024).toString("latin1"));
  return line?.[1] === undefined || line[2] === undefined ? undefined : { method: line[1], path: line[2] };
}

/** "100 Continue" is no answer yet. */
const isInterim = (chunk: Buffer): boolean =>
  /^HTTP\/1\.1 1\d\d /.test(chunk.subarray(0, 13).toString("latin1"));

/** How many bytes of an answer, which begins with this chunk, a fault lets pass. */
function bytesToPass(fault: ProxyFault | undefined, chunk: Buffer): number | undefined {
  if (fault?.kind !== "half_response" && fault?.kind !== "stall") return undefined;
  const end = chunk.indexOf("\r\n\r\n");
  const headBytes = end === -1 ? chunk.length : end + 4;
  const head = chunk.subarray(0, headBytes).toString("latin1");
  const bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? chunk.length - headBytes);
  return headBytes + (fault.afterBytes ?? Math.floor(bodyBytes / 2));
}
