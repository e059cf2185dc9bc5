import type { Json, JsonObject } from "../json";
import type { Fault } from "./faults";
import type { RateGroup } from "./rate-limits";
import type { BrazeWorkspace } from "./workspace";

/** A request that has passed authentication, rate limit and permission. */
export interface Call {
  workspace: BrazeWorkspace;
  query: URLSearchParams;
  /** empty for GET */
  body: JsonObject;
  bodyBytes: number;
  /** values of `{name}` parts of the path */
  parameters: Record<string, string>;
  nowMs: number;
  /** http://127.0.0.1:PORT */
  baseUrl: string;
  /** the fault that strikes this request, if any */
  fault: Fault | undefined;
}

export interface Answer {
  status: number;
  body: Json;
  headers?: Record<string, string>;
}

/** One endpoint of Braze's REST API: a file each, listed in endpoints/index.ts. */
export interface Endpoint {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** e.g. `/users/track` or `/catalogs/{name}/items` */
  path: string;
  permission: string;
  rateGroup: RateGroup;
  handle(call: Call): Answer | Promise<Answer>;
}

export function success(body: JsonObject, status = 200): Answer {
  return { status, body: { message: "success", ...body } };
}

export function failure(status: number, message: string): Answer {
  return { status, body: { message } };
}
