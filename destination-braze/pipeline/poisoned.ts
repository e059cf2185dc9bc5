import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { BrazeStatusError } from "@braze-connectors/shared/braze/errors";
import type { Sends } from "../objects/endpoint";

/** Failures of a request after which its batch is suspected to be at fault: a passing fault is over by then. */
const suspiciousFailures = 3;
/** Failures after which a batch is looked into although nothing else was sent that could have passed. */
const manyFailures = 6;
const serverError = 500;

export const isServerError = (error: unknown): error is BrazeStatusError =>
  error instanceof BrazeStatusError && error.status >= serverError;

/** How Braze's servers fare: requests answered and attempts failed, counted up. */
export class Health {
  answered = 0;
  failed = 0;
}

/**
 * Tells a batch that Braze can't digest from an outage. One record on which Braze's servers fail every
 * time must not stop all others: a batch that keeps failing while others pass is taken as refused, so
 * that halving it finds the record at fault. In an outage nothing passes, and everything is retried.
 */
export class Trial implements Sends {
  /** How Braze fared at the first failure of the batch. */
  private before: Health | undefined;
  /** Failures of this batch and its parts. */
  private own = 0;

  /**
   * @param patience `usual`: after many failures the halves of the batch are tried. `little`: retries have
   *   been of no use, they are cut short. `endless`: only the client gives up.
   */
  constructor(
    private readonly braze: Sends,
    private readonly health: Health,
    public patience: "usual" | "little" | "endless",
  ) {}

  /** Sends the batch or a part of it. A part that is at fault is answered with 400, as if Braze had refused it. */
  async send(request: BrazeRequest): Promise<BrazeResponse> {
    let attempts = 0;
    const worthRetrying = (failures: number): boolean => {
      attempts = failures;
      this.noteFailure();
      return this.isWorthRetrying(failures);
    };
    try {
      const response = await this.braze.send({ ...request, worthRetrying });
      this.health.answered += 1;
      return response;
    } catch (error) {
      if (!isServerError(error) || !this.othersPass()) throw error;
      return { status: 400, headers: {}, body: { message: reasonOf(error.status, attempts) } };
    }
  }

  private isWorthRetrying(failures: number): boolean {
    if (failures < suspiciousFailures) return true;
    if (this.patience === "little" || this.othersPass()) return false;
    return this.patience === "endless" || failures < manyFailures;
  }

  private noteFailure(): void {
    const { answered, failed } = this.health;
    this.before ??= { answered, failed };
    this.own += 1;
    this.health.failed += 1;
  }

  /** Whether Braze has taken requests since the batch began to fail, and more than it failed on. */
  private othersPass(): boolean {
    if (!this.before) return false;
    const answered = this.health.answered - this.before.answered;
    return answered > 0 && answered >= this.health.failed - this.before.failed - this.own;
  }
}

const reasonOf = (status: number, attempts: number): string =>
  `Braze answered ${status} ${attempts} times while it took other requests.`;
