import { OutcomeUnknownError } from "@braze-connectors/shared/braze/errors";
import type { Sends } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import type { RateLimits } from "../objects/rate-groups";
import type { Fate } from "./outcome";
import type { Outgoing } from "./update";

/** What finally became of an object. */
export type FinalFate = { accepted: true } | { accepted: false; reason: string; code?: Reason["code"] };

/** Counts what left for Braze. */
export interface DeliveryStatistics {
  requests: number;
  objects: number;
}

/** Delivers batches, each to the endpoint of its objects, and finds out what became of each object. */
export class Deliverer {
  readonly statistics: DeliveryStatistics = { requests: 0, objects: 0 };

  constructor(
    private readonly braze: Sends,
    private readonly limits: Pick<RateLimits, "of">,
  ) {}

  /**
   * Sends a batch; parts of it again where Braze does not say which object is at fault.
   * @param objects all for one endpoint
   * @returns the fate of each object, in order
   * @throws ConnectorError when Braze can't be used at all: then nothing is known of the batch
   */
  async deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    const endpoint = objects[0]?.slot.endpoint;
    if (!endpoint) return [];
    const { method, path, headers, accept, permission } = endpoint;
    this.statistics.requests += 1;
    this.statistics.objects += objects.length;
    let answer: { status: number; body: unknown };
    try {
      answer = await this.braze.send({
        method,
        path,
        body: endpoint.requestBody(objects),
        headers,
        accept,
        permission,
        limit: this.limits.of(endpoint.rateGroup),
        inDoubt: endpoint.inDoubt,
      });
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return objects.map(() => inDoubt(error));
      throw error;
    }
    const outcome = endpoint.judge(answer.status, answer.body, objects);
    return outcome.kind === "split"
      ? this.deliverInHalves(objects, outcome.reason)
      : this.settle(objects, outcome.fates);
  }

  /** Nothing of the batch was accepted: halving finds the objects at fault with the fewest requests. */
  private async deliverInHalves(objects: readonly Outgoing[], reason: string): Promise<FinalFate[]> {
    if (objects.length === 1) return [{ accepted: false, reason }];
    const middle = Math.ceil(objects.length / 2);
    const first = await this.deliver(objects.slice(0, middle));
    const second = await this.deliver(objects.slice(middle));
    return [...first, ...second];
  }

  private async settle(objects: readonly Outgoing[], fates: readonly Fate[]): Promise<FinalFate[]> {
    const final: FinalFate[] = fates.map((fate) =>
      fate.kind === "accepted" ? { accepted: true } : { accepted: false, reason: fate.reason },
    );
    const indexesOf = (kind: Fate["kind"]): number[] =>
      fates.flatMap((fate, index) => (fate.kind === kind ? [index] : []));
    const again = async (indexes: readonly number[]): Promise<void> => {
      const found = await this.deliver(indexes.flatMap((index) => objects[index] ?? []));
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

const inDoubt = ({ message }: OutcomeUnknownError): FinalFate => ({
  accepted: false,
  code: "outcome_unknown",
  reason: message,
});
