import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BrazeClient, type BrazeClientOptions } from "../braze/client";
import { FakeClock } from "./fake-clock";
import { MemoryOutput } from "./memory-output";

export interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
  /** Port of the client's end: tells connections apart. */
  port: number | undefined;
  /** When it came, on the fake clock. */
  atMs: number;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export const answer =
  (status: number, body: unknown = { message: "success" }, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
export const ok = answer(201);
export const cutConnection: Answer = (response) => response.socket?.destroy();

/** A server that answers as a test says, and clients of it whose time passes only while they wait. */
export class ScriptedBraze {
  /** What the server answers, one after the other; the last answer goes on. */
  answers: Answer[] = [];
  received: Received[] = [];
  clock = new FakeClock();
  memory = new MemoryOutput();
  stop = new AbortController();
  url = "";
  private clients: BrazeClient[] = [];

  private constructor() {}

  /** To be called once, at the top of a file; every test begins with an answer of 201. */
  static forAllTests(): ScriptedBraze {
    const braze = new ScriptedBraze();
    const server = createServer((request, response) => void braze.serve(request, response));
    beforeAll(async () => {
      await once(server.listen(0, "127.0.0.1"), "listening");
      braze.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => braze.begin());
    afterEach(() => Promise.all(braze.clients.map((client) => client.close())));
    return braze;
  }

  client(options: Partial<BrazeClientOptions> = {}): BrazeClient {
    const { now, sleep } = this.clock;
    const client = new BrazeClient({
      url: this.url,
      apiKey: "the-key",
      userAgent: "test/1.0",
      log: this.memory.output.log,
      stop: this.stop.signal,
      now,
      sleep,
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  /** What was logged. */
  logged(): (string | undefined)[] {
    return this.memory.messages().map(({ log }) => log?.message);
  }

  private begin(): void {
    this.answers = [ok];
    this.received = [];
    this.clock = new FakeClock();
    this.memory = new MemoryOutput();
    this.stop = new AbortController();
    this.clients = [];
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, url, headers, socket } = request;
    // The fake clock is Braze's, too.
    response.sendDate = false;
    const next = { method, url, headers, body, port: socket.remotePort, atMs: this.clock.nowMs };
    this.received.push(next);
    const [first, ...rest] = this.answers;
    if (rest.length > 0) this.answers = rest;
    first?.(response, next);
  }
}
