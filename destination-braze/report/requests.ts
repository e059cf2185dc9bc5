import type { AnsweredRequest, RequestObserver } from "@braze-connectors/shared/braze/observe";
import { Slowest } from "./slowest";

/** Slowest requests kept. */
const mostSlowest = 10;
/** The endpoint whose limit the sync fills. */
const limited = "/users/track";

/** A request that was slow, as the report says it. */
export interface SlowRequest {
  /** Since the start of the sync. */
  at_ms: number;
  endpoint: string;
  /** Null when no answer came. */
  status: number | null;
  duration_ms: number;
  bytes: number;
}

/** What the requests to Braze came to: how many were answered how, and which took longest. */
export class RequestLog implements RequestObserver {
  /** Requests that count against the limit of /users/track, retries among them. */
  limited = 0;
  /** Requests by the status of their answer; "none" where no answer came. */
  readonly answers = new Map<string, number>();
  private sentCount = 0;
  private answeredCount = 0;
  private readonly slow = new Slowest<AnsweredRequest>(mostSlowest);

  constructor(private readonly startedAtMs: number) {}

  sent(path: string): void {
    this.sentCount += 1;
    if (path === limited) this.limited += 1;
  }

  answered(request: AnsweredRequest): void {
    this.answeredCount += 1;
    const answer = String(request.status ?? "none");
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    this.slow.add(request);
  }

  get inFlight(): number {
    return this.sentCount - this.answeredCount;
  }

  /** The longest first. */
  get slowest(): SlowRequest[] {
    return this.slow.list.map(({ path, status, startedAtMs, durationMs, sizeBytes }) => ({
      at_ms: Math.max(0, Math.round(startedAtMs - this.startedAtMs)),
      endpoint: path,
      status: status ?? null,
      duration_ms: Math.round(durationMs),
      bytes: sizeBytes,
    }));
  }
}
