import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { closeServer, listen } from "./sandbox/http";
import { selfSigned } from "./self-signed";

/** A server that has no business with us: it notes who comes, and with what. */
export class Stranger {
  /** Headers of the requests that came. */
  requests: IncomingHttpHeaders[] = [];
  /** A status, the content of a 200, or none at all. */
  answer: number | Buffer | "silence" = 404;

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** @param tls with a certificate that nobody vouches for */
  static async start({ tls = false } = {}): Promise<Stranger> {
    let stranger: Stranger | undefined;
    const listener: RequestListener = ({ headers }, response) => {
      const { answer = 404, requests } = stranger ?? {};
      requests?.push(headers);
      if (answer === "silence") return;
      if (typeof answer === "number") response.writeHead(answer).end();
      else response.end(answer);
    };
    const server = tls ? createTlsServer(selfSigned(), listener) : createServer(listener);
    const url = await listen(server, 0);
    stranger = new Stranger(tls ? url.replace("http:", "https:") : url, server);
    return stranger;
  }

  forget(): void {
    this.requests = [];
    this.answer = 404;
  }

  close(): Promise<void> {
    return closeServer(this.server);
  }
}
