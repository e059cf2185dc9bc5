import type { IncomingHttpHeaders } from "node:http";
import type { Json } from "../json";

/** A request as it arrived, and how it was answered. */
export interface LoggedRequest {
  method: string;
  /** with the query */
  path: string;
  /** 0 when the connection was dropped */
  status: number;
  /** arrival, epoch milliseconds */
  at: number;
  /** arrival to answer */
  durationMs: number;
  /** lower case; the key in `authorization` is redacted */
  headers: IncomingHttpHeaders;
  body: Json | undefined;
}

export interface RequestStats {
  total: number;
  /** how often each status was answered, by path without the query; 0 stands for a dropped connection */
  byPath: Record<string, Record<number, number>>;
  byStatus: Record<number, number>;
  /** most requests that were in flight at once */
  maxInFlight: number;
}

/** Bounded log of requests plus counters, which go on counting when the log is off. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  readonly stats: RequestStats = { total: 0, byPath: {}, byStatus: {}, maxInFlight: 0 };
  /** entries kept; 0 switches the log off */
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(request: () => LoggedRequest, path: string, status: number): void {
    this.stats.total += 1;
    this.stats.byStatus[status] = (this.stats.byStatus[status] ?? 0) + 1;
    let statuses = this.stats.byPath[path];
    if (statuses === undefined) {
      statuses = {};
      this.stats.byPath[path] = statuses;
    }
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (this.limit === 0) return;
    this.entries.push(request());
    if (this.entries.length > this.limit) this.entries.splice(0, this.entries.length - this.limit);
  }
}

export function redacted(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (headers.authorization === undefined) return headers;
  return { ...headers, authorization: headers.authorization.replace(/^(\w+ )?.*$/, "$1[redacted]") };
}
