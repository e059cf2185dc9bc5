import type { Json, JsonObject } from "../json";
import type { BatchArray, InputArray } from "./track/tracked";

/** What a fault may look at to decide whether a request is its own. */
export interface FaultRequest {
  method: string;
  /** without the query */
  path: string;
  query: URLSearchParams;
  /** parsed, undefined for GET and for a body that is not JSON */
  body: JsonObject | undefined;
}

/** Which requests a fault takes. Without anything, the next one. */
export interface FaultMatch {
  method?: string;
  /** exact path, or a pattern */
  path?: string | RegExp;
  when?: (request: FaultRequest) => boolean;
  /** Matching requests to let through first. */
  skip?: number;
  /** How many matching requests to take; default 1, `Infinity` for all until removed. */
  times?: number;
}

export type ObjectPredicate = (object: JsonObject, array: InputArray) => boolean;

export type FaultKind =
  /** The connection closes before the request is processed. */
  | { kind: "drop_before" }
  /** The request is processed, then the connection closes without an answer. */
  | { kind: "drop_after" }
  /** Processing starts late; other faults still apply. */
  | { kind: "delay"; delayMs: number }
  /** An answer of this status; with `processed` the request takes effect nevertheless. */
  | {
      kind: "status";
      status: number;
      /** default: `{"message": …}`; a string is sent as it is, null means no body */
      body?: Json;
      headers?: Record<string, string>;
      processed?: boolean;
    }
  /**
   * 429 with the header variant of choice; `retry-after-date` sends an HTTP date in `retry-after`,
   * `x-ratelimit-reset` epoch seconds, `x-ratelimit-reset-seconds` a duration in that header.
   */
  | {
      kind: "rate_limited";
      retryAfterSeconds?: number;
      header?:
        | "x-ratelimit-retry-after"
        | "retry-after"
        | "retry-after-date"
        | "x-ratelimit-reset"
        | "x-ratelimit-reset-seconds"
        | "none";
    }
  /** The request is processed, then only half of the answer is written and the connection closes. */
  | { kind: "half_response" }
  /** The request is processed; half of the answer is sent as if it were the whole. */
  | { kind: "half_json" }
  /**
   * /users/track: objects that `reject` picks are refused with an error that names no index; without `reject`
   * there is such an error although all are accepted. `inputArray` null leaves out the list's name as well.
   */
  | { kind: "error_without_index"; reason?: string; reject?: ObjectPredicate; inputArray?: InputArray | null }
  /** 202 {"message":"queued"}, and the request takes effect (docs: api/errors, maintenance). */
  | { kind: "queued" };

export type Fault = FaultMatch & FaultKind;

/** A fault that was added: how often it struck, and how to end it. */
export interface FaultHandle {
  readonly hits: number;
  remove(): void;
}

/** Says why Braze refuses an object in the named list of a request, or null when it does not. */
export type RejectObject = (object: JsonObject, array: BatchArray) => string | null;

export interface FaultPlan {
  add(fault: Fault): FaultHandle;
  /** Refuses objects with a proper partial error, until removed. */
  rejectObject(reject: RejectObject): FaultHandle;
  clear(): void;
}

class ActiveFault implements FaultHandle {
  hits = 0;
  #seen = 0;
  readonly fault: Fault;
  readonly #remove: (fault: ActiveFault) => void;

  constructor(fault: Fault, remove: (fault: ActiveFault) => void) {
    this.fault = fault;
    this.#remove = remove;
  }

  remove(): void {
    this.#remove(this);
  }

  takes(request: FaultRequest): boolean {
    const { method, path, when, skip = 0, times = 1 } = this.fault;
    if (this.hits >= times) return false;
    if (method !== undefined && method !== request.method) return false;
    if (typeof path === "string" && path !== request.path) return false;
    if (path instanceof RegExp && !path.test(request.path)) return false;
    if (when !== undefined && !when(request)) return false;
    this.#seen += 1;
    if (this.#seen <= skip) return false;
    this.hits += 1;
    return true;
  }
}

class Rejection implements FaultHandle {
  hits = 0;
  readonly reject: RejectObject;
  readonly #remove: (rejection: Rejection) => void;

  constructor(reject: RejectObject, remove: (rejection: Rejection) => void) {
    this.reject = reject;
    this.#remove = remove;
  }

  remove(): void {
    this.#remove(this);
  }
}

export class ProgrammableFaults implements FaultPlan {
  #faults: ActiveFault[] = [];
  #rejections: Rejection[] = [];

  add(fault: Fault): FaultHandle {
    const active = new ActiveFault(fault, (removed) => {
      this.#faults = this.#faults.filter((each) => each !== removed);
    });
    this.#faults.push(active);
    return active;
  }

  rejectObject(reject: RejectObject): FaultHandle {
    const rejection = new Rejection(reject, (removed) => {
      this.#rejections = this.#rejections.filter((each) => each !== removed);
    });
    this.#rejections.push(rejection);
    return rejection;
  }

  clear(): void {
    this.#faults = [];
    this.#rejections = [];
  }

  /** The faults that strike this request: every delay, and the first of the others. */
  take(request: FaultRequest): Fault[] {
    if (this.#faults.length === 0) return [];
    const struck: Fault[] = [];
    let decided = false;
    for (const active of this.#faults) {
      const isDelay = active.fault.kind === "delay";
      if (!isDelay && decided) continue;
      if (!active.takes(request)) continue;
      struck.push(active.fault);
      decided ||= !isDelay;
    }
    return struck;
  }

  rejection(object: JsonObject, array: BatchArray): string | undefined {
    for (const rejection of this.#rejections) {
      const reason = rejection.reject(object, array);
      if (reason === null) continue;
      rejection.hits += 1;
      return reason;
    }
    return undefined;
  }
}
