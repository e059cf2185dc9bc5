import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf } from "./body";

/** An object: bytes that were put, or a file that is served as if it had been. */
export type Stored = Buffer | { path: string; sizeBytes: number };

const sizeOf = (stored: Stored): number => (Buffer.isBuffer(stored) ? stored.length : stored.sizeBytes);
const maxKeys = 1000;
/** Pieces in which files are read: large ones cost the sink less. */
const pieceBytes = 1 << 20;

/**
 * As much of S3 as the connectors use: put, get, head, list (version 2), delete one or many. No
 * signatures are checked; everything is in memory but the files of exports.
 */
export class Bucket {
  readonly objects = new Map<string, Stored>();

  /** @param key of the object, empty for requests to the bucket itself */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { method } = request;
    if (key === "" && method === "GET") return this.list(response, query);
    if (key === "" && method === "POST") return this.removeMany(request, response);
    if (method === "PUT") {
      this.objects.set(key, await bodyOf(request));
      response.writeHead(200, { etag: '"0"' }).end();
      return;
    }
    if (method === "DELETE") {
      this.objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    const stored = this.objects.get(key);
    if (stored === undefined) {
      xml(response, 404, "<Error><Code>NoSuchKey</Code><Message>There is no such key.</Message></Error>");
      return;
    }
    response.writeHead(200, { "content-length": sizeOf(stored), etag: '"0"' });
    if (method === "HEAD") response.end();
    else if (Buffer.isBuffer(stored)) response.end(stored);
    else createReadStream(stored.path, { highWaterMark: pieceBytes }).pipe(response);
  }

  private list(response: ServerResponse, query: URLSearchParams): void {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const matching = [...this.objects].filter(([key]) => key.startsWith(prefix) && key > after);
    const page = matching.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxKeys);
    const truncated = matching.length > page.length;
    const next = truncated
      ? `<NextContinuationToken>${toXml(page.at(-1)?.[0] ?? "")}</NextContinuationToken>`
      : "";
    const contents = page.map(
      ([key, stored]) => `<Contents><Key>${toXml(key)}</Key><Size>${sizeOf(stored)}</Size></Contents>`,
    );
    xml(
      response,
      200,
      `<ListBucketResult><IsTruncated>${truncated}</IsTruncated><KeyCount>${page.length}</KeyCount>${next}${contents.join("")}</ListBucketResult>`,
    );
  }

  private async removeMany(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request)).toString();
    for (const [, key = ""] of body.matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(fromXml(key));
    xml(response, 200, "<DeleteResult/>");
  }
}

function xml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
}

const toXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const fromXml = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
