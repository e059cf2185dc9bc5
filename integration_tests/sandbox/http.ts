import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on loopback only; port 0 takes a free one. Resolves to `http://127.0.0.1:PORT`. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Stops listening and ends connections that clients keep alive. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The whole body, or "too_large" when it is beyond `maxBytes` (the rest is read and thrown away). */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too_large"> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
    });
    request.on("end", () => {
      const [first] = chunks;
      if (sizeBytes > maxBytes) resolve("too_large");
      else resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}

/** Closes the connection without an answer. */
export function dropConnection(response: ServerResponse): void {
  response.socket?.destroy();
}

/** Promises a whole body, writes half of it and closes the connection. */
export function halfResponse(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { "content-type": type, "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}
