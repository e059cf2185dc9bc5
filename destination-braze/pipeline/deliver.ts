import type { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { OutcomeUnknownError, refusalOfAll } from "@braze-connectors/shared/braze/errors";
import { unrepeatable } from "../journal/unrepeatable";
import type { Endpoint, Sends } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import type { RateLimits } from "../objects/rate-groups";
import type { Limits } from "../settings";
import type { Fate } from "./outcome";
import { Health, isServerError, Trial } from "./poisoned";
import { refusedAlike } from "./refused-alike";
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
  /** Endpoints whose last request nobody knows the fate of, and which must not get it again. */
  private readonly doubted = new Set<Endpoint>();
  private readonly health = new Health();
  /** Endpoints that have taken something. */
  private readonly proven = new Set<Endpoint>();
  /** Why nothing can be sent to an endpoint any more: batches that are being halved need not go on. */
  private readonly stopped = new Map<Endpoint, ConnectorError>();

  constructor(
    private readonly braze: Sends,
    private readonly rateLimits: Pick<RateLimits, "of">,
    private readonly limits: Limits,
  ) {}

  /**
   * Sends a batch; parts of it again where Braze does not say which object is at fault.
   * @param objects all for one endpoint
   * @returns the fate of each object, in order
   * @throws ConnectorError when Braze can't be used at all: then nothing is known of the batch
   */
  async deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    const trial = new Trial(this.braze, this.health, objects.length === 1 ? "endless" : "usual");
    const fates = await this.attempt(objects, trial).catch((error) => {
      if (!isServerError(error) || objects.length === 1) throw error;
      return this.deliverWhatPasses(objects, trial);
    });
    this.blameAll(objects, fates, trial);
    return fates;
  }

  /** Whether all objects of a batch are refused because of what they share. @throws ConnectorError then */
  private blameAll(objects: readonly Outgoing[], fates: readonly FinalFate[], trial: Trial): void {
    const endpoint = objects[0]?.slot.endpoint;
    if (!endpoint) return;
    if (fates.some(({ accepted }) => accepted)) this.proven.add(endpoint);
    const { refusal, hasFailed } = trial;
    if (refusal === undefined || hasFailed || this.proven.has(endpoint)) return;
    const reasons = fates.flatMap((fate) => (fate.accepted ? [] : [fate.reason]));
    if (!refusedAlike(reasons)) return;
    const [words = ""] = reasons;
    const error = endpoint.stopsAll?.(refusal, words, objects) ?? refusalOfAll(refusal, words, endpoint);
    if (error) throw this.stop(endpoint, error);
  }

  private stop(endpoint: Endpoint, error: ConnectorError): ConnectorError {
    this.stopped.set(endpoint, error);
    return error;
  }

  /** Braze's servers fail on a batch, and there is no other to tell whether they do on all: its halves tell. */
  private async deliverWhatPasses(objects: readonly Outgoing[], trial: Trial): Promise<FinalFate[]> {
    trial.patience = "little";
    const middle = Math.ceil(objects.length / 2);
    const halves = [objects.slice(0, middle), objects.slice(middle)];
    const fates: (FinalFate[] | undefined)[] = [];
    for (const half of halves) fates.push(await this.attempt(half, trial).catch(unlessServerError));
    // Nothing passes: that is an outage, and it is waited for.
    if (fates.every((found) => found === undefined)) {
      trial.patience = "endless";
      return this.attempt(objects, trial);
    }
    for (const [index, half] of halves.entries()) fates[index] ??= await this.attempt(half, trial);
    return fates.flatMap((found) => found ?? []);
  }

  private async attempt(objects: readonly Outgoing[], trial: Trial): Promise<FinalFate[]> {
    const endpoint = objects[0]?.slot.endpoint;
    if (!endpoint) return [];
    const stopped = this.stopped.get(endpoint);
    if (stopped) throw stopped;
    if (this.doubted.has(endpoint)) await this.untilItAnswers(endpoint);
    this.statistics.requests += 1;
    this.statistics.objects += objects.length;
    let answer: BrazeResponse;
    try {
      const repeatable = (): boolean => objects.every((object) => unrepeatable(object) === undefined);
      const send: Sends["send"] = (request) => trial.send(request, objects.length);
      answer = await this.send({ send }, endpoint, { body: endpoint.requestBody(objects), repeatable });
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      this.doubted.add(endpoint);
      return objects.map(() => inDoubt(error));
    }
    const outcome = endpoint.judge(answer.status, answer.body, objects);
    if (outcome.kind === "stops all") throw this.stop(endpoint, outcome.error);
    if (outcome.kind === "split") trial.refusal = answer.status;
    return outcome.kind === "split"
      ? this.deliverInHalves(objects, outcome.reason, trial)
      : this.settle(objects, outcome.fates, trial);
  }

  private send(
    braze: Sends,
    endpoint: Endpoint,
    request: Pick<BrazeRequest, "body" | "accept" | "inDoubt" | "repeatable">,
  ): Promise<BrazeResponse> {
    const { method, headers, accept, inDoubt, rateGroup } = endpoint;
    const { path, permission } = endpoint.replacedBy?.(this.limits) ?? endpoint;
    const limit = this.rateLimits.of(rateGroup);
    return braze.send({ method, path, headers, accept, permission, limit, inDoubt, ...request });
  }

  /**
   * Rides out an outage with a request that names nobody, which may be repeated: batches that may not would
   * be rejected one after the other.
   */
  private async untilItAnswers(endpoint: Endpoint): Promise<void> {
    await this.send(this.braze, endpoint, { body: {}, accept: [400, 404, 422], inDoubt: "send again" });
    this.doubted.delete(endpoint);
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
      fate.kind === "accepted" ? accepted : { accepted: false, reason: fate.reason },
    );
    if (final.every((fate) => fate === accepted)) return final;
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
    if (objects.length === 1) return final;
    for (const index of indexesOf("unknown")) {
      if (objects[index]?.slot.endpoint.inDoubt === "reject") {
        final[index] = { accepted: false, code: "outcome_unknown", reason: blamesNobody(final[index]) };
        continue;
      }
      // By themselves, not in halves: what was accepted already must not be sent more often than once more.
      await again([index]);
    }
    return final;
  }
}

const accepted: FinalFate = { accepted: true };

const inDoubt = ({ message }: OutcomeUnknownError): FinalFate => ({
  accepted: false,
  code: "outcome_unknown",
  reason: message,
});

const blamesNobody = (fate: FinalFate | undefined): string =>
  `Braze refused something of the request without saying what, so nobody knows whether it has taken this${fate && !fate.accepted ? `: ${fate.reason}` : ""}`;

function unlessServerError(error: unknown): undefined {
  if (!isServerError(error)) throw error;
}
