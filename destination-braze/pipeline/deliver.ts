import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import type { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import { requestBody } from "./batch";
import { type Fate, judge } from "./outcome";
import { Health, isServerError, Trial } from "./poisoned";
import type { Outgoing } from "./update";

/** What finally became of an object. */
export type FinalFate = { accepted: true } | { accepted: false; reason: string };

/** Counts what left for Braze. */
export interface DeliveryStatistics {
  requests: number;
  objects: number;
}

const path = "/users/track";
/** Braze's own bulk importer marks its requests so. */
const headers = { "x-braze-bulk": "true" };

/** Delivers batches to /users/track and finds out what became of each object. */
export class Deliverer {
  readonly statistics: DeliveryStatistics = { requests: 0, objects: 0 };
  private readonly health = new Health();

  constructor(
    private readonly braze: Pick<BrazeClient, "post">,
    private readonly limit: RateLimit,
  ) {}

  /**
   * Sends a batch; parts of it again where Braze does not say which object is at fault.
   * @returns the fate of each object, in order
   * @throws ConnectorError when Braze can't be used at all: then nothing is known of the batch
   */
  async deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    const trial = new Trial(this.braze, this.health);
    try {
      return await this.attempt(objects, trial);
    } catch (error) {
      if (!isServerError(error) || objects.length === 1) throw error;
      return this.deliverWhatPasses(objects, trial, error);
    }
  }

  /** Braze's servers fail on a batch, and there is no other to tell whether they do on all: its halves tell. */
  private async deliverWhatPasses(
    objects: readonly Outgoing[],
    trial: Trial,
    error: unknown,
  ): Promise<FinalFate[]> {
    trial.impatient = true;
    const middle = Math.ceil(objects.length / 2);
    const halves = [objects.slice(0, middle), objects.slice(middle)];
    const fates: (FinalFate[] | undefined)[] = [];
    for (const half of halves) fates.push(await this.attempt(half, trial).catch(unlessServerError));
    if (fates.every((found) => found === undefined)) throw error;
    for (const [index, half] of halves.entries()) fates[index] ??= await this.attempt(half, trial);
    return fates.flatMap((found) => found ?? []);
  }

  private async attempt(objects: readonly Outgoing[], trial: Trial): Promise<FinalFate[]> {
    const { status, body } = await trial.post(path, {
      body: requestBody(objects),
      headers,
      accept: [400, 413],
      permission: "users.track",
      limit: this.limit,
    });
    this.statistics.requests += 1;
    this.statistics.objects += objects.length;

    const outcome = judge(status, body, objects);
    return outcome.kind === "split"
      ? this.deliverInHalves(objects, outcome.reason, trial)
      : this.settle(objects, outcome.fates, trial);
  }

  /** Nothing of the batch was accepted: halving finds the objects at fault with the fewest requests. */
  private async deliverInHalves(
    objects: readonly Outgoing[],
    reason: string,
    trial: Trial,
  ): Promise<FinalFate[]> {
    if (objects.length === 1) return [{ accepted: false, reason }];
    const middle = Math.ceil(objects.length / 2);
    const first = await this.attempt(objects.slice(0, middle), trial);
    const second = await this.attempt(objects.slice(middle), trial);
    return [...first, ...second];
  }

  private async settle(
    objects: readonly Outgoing[],
    fates: readonly Fate[],
    trial: Trial,
  ): Promise<FinalFate[]> {
    const final: FinalFate[] = fates.map((fate) =>
      fate.kind === "accepted" ? { accepted: true } : { accepted: false, reason: fate.reason },
    );
    const indexesOf = (kind: Fate["kind"]): number[] =>
      fates.flatMap((fate, index) => (fate.kind === kind ? [index] : []));
    const again = async (indexes: readonly number[]): Promise<void> => {
      const found = await this.attempt(
        indexes.flatMap((index) => objects[index] ?? []),
        trial,
      );
      indexes.forEach((index, position) => {
        const fate = found[position];
        if (fate) final[index] = fate;
      });
    };

    const notAccepted = indexesOf("not accepted");
    if (notAccepted.length > 0) await again(notAccepted);
    // By themselves, not in halves: what was accepted already must not be sent more often than once more.
    if (objects.length > 1) for (const index of indexesOf("unknown")) await again([index]);
    return final;
  }
}

function unlessServerError(error: unknown): undefined {
  if (!isServerError(error)) throw error;
}
