import type { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { BrazeStatusError } from "@braze-connectors/shared/braze/errors";
import type { Sends } from "../objects/endpoint";

/** Failures of a request after which its batch is suspected to be at fault: a passing fault is over by then. */
const suspiciousFailures = 3;
/**
 * How likely it may be that a batch has only had bad luck, as Braze fares with other requests. To look into
 * it costs requests; to refuse the one record in it must not happen to a good one.
 */
const likelyCoincidence = { ofMany: 0.02, ofOne: 0.0001 };
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
export class Trial {
  /** How Braze fared at the first failure of the batch. */
  private before: Health | undefined;
  /** Failures of this batch and its parts. */
  private own = 0;
  /** The status with which Braze has refused it, or a part of it, without naming an object. */
  refusal: number | undefined;

  /**
   * @param patience `usual`: after many failures the halves of the batch are tried. `little`: retries have
   *   been of no use, they are cut short. `endless`: only the client gives up.
   */
  constructor(
    private readonly braze: Sends,
    private readonly health: Health,
    public patience: "usual" | "little" | "endless",
  ) {}

  /** Whether there were failures, which may pass for refusals. */
  get hasFailed(): boolean {
    return this.own > 0;
  }

  /**
   * Sends the batch or a part of it. A part that is at fault is answered with 400, as if Braze had refused it.
   * @param count the objects in the part
   */
  async send(request: BrazeRequest, count: number): Promise<BrazeResponse> {
    let attempts = 0;
    const worthRetrying = (failures: number, error: ConnectorError): boolean => {
      attempts = failures;
      this.noteFailure();
      // What is wrong with the network is not wrong with the batch.
      return !isServerError(error) || this.isWorthRetrying(failures, count);
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

  private isWorthRetrying(failures: number, count: number): boolean {
    if (failures < suspiciousFailures) return true;
    if (this.patience === "little") return false;
    if (this.othersPass()) {
      const { ofOne, ofMany } = likelyCoincidence;
      return this.chanceOfCoincidence() > (count === 1 ? ofOne : ofMany);
    }
    return this.patience === "endless" || failures < manyFailures;
  }

  /** How likely as many failures as the batch has had are where Braze fails as often as it does on others. */
  private chanceOfCoincidence(): number {
    const { answered, failed } = this.others();
    return ((failed + 1) / (answered + failed + 2)) ** this.own;
  }

  private noteFailure(): void {
    const { answered, failed } = this.health;
    this.before ??= { answered, failed };
    this.own += 1;
    this.health.failed += 1;
  }

  /** Whether Braze has taken requests since the batch began to fail, and more than it failed on. */
  private othersPass(): boolean {
    const { answered, failed } = this.others();
    return answered > 0 && answered >= failed;
  }

  /** How Braze has fared with other requests since the batch began to fail. */
  private others(): Pick<Health, "answered" | "failed"> {
    const { answered, failed } = this.before ?? this.health;
    return { answered: this.health.answered - answered, failed: this.health.failed - failed - this.own };
  }
}

const reasonOf = (status: number, attempts: number): string =>
  `Braze answered ${status} ${attempts} times while it took other requests.`;
