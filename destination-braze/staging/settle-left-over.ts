import type { Journals } from "../journal/journals";
import type { Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import { findSlot } from "../objects/registry";
import { newEpoch } from "../pipeline/acknowledge";
import type { Deliverer } from "../pipeline/deliver";
import { Dispatcher } from "../pipeline/dispatch";
import type { RejectedRecords } from "../pipeline/rejected";
import type { Outgoing, Update } from "../pipeline/update";
import type { Limits, Settings } from "../settings";
import type { Staging } from "./staging";
import type { Restaged } from "./take-over";

export interface SettleOptions {
  limits: Limits;
  messagesInDoubt: Settings["messagesInDoubt"];
  deliverer: Pick<Deliverer, "deliver">;
  staging: Pick<Staging, "settled">;
  journals: Journals;
  rejected: RejectedRecords;
  /** Told of what Braze has accepted. */
  delivered: (outgoing: Outgoing) => void;
  /** Aborted when nothing more is to be sent. */
  halt: AbortSignal;
}

/** What became of what an earlier run had staged, by stream. */
export type Settled = ReadonlyMap<string, { accepted: number; rejected: number }>;

/**
 * Delivers what an earlier run left, on the way that all updates take. The host will send the records
 * behind it again: what must not be repeated of them is noted as accepted.
 * @throws what stops all objects; what is not settled then stays staged
 */
export async function settleLeftOver(
  leftOver: readonly Restaged[],
  { limits, messagesInDoubt, deliverer, staging, journals, rejected, delivered, halt }: SettleOptions,
): Promise<Settled> {
  const counts = new Map<string, { accepted: number; rejected: number }>();
  const waiting = new Map<Update, Restaged>();
  const settle = (update: Update, fate: "accepted" | "rejected"): Restaged["object"] | undefined => {
    const restaged = waiting.get(update);
    if (!restaged) return undefined;
    waiting.delete(update);
    const { stream } = restaged.object;
    const count = counts.get(stream) ?? { accepted: 0, rejected: 0 };
    count[fate] += 1;
    counts.set(stream, count);
    staging.settled(restaged.batch);
    return restaged.object;
  };
  const credit = (object: Restaged["object"] | undefined): void => {
    const { fingerprints = [], stream = "" } = object ?? {};
    for (let at = 0; at + 1 < fingerprints.length; at += 2)
      journals.of(stream)?.credit(fingerprints[at] as number, fingerprints[at + 1] as number);
  };
  const reject = (update: Update, reason: Reason): Restaged["object"] | undefined => {
    const object = settle(update, "rejected");
    if (object) void rejected.add(object.stream, object.body, [reason])?.catch((error) => fail(error));
    return object;
  };
  let failure: { error: unknown } | undefined;
  const dispatcher = new Dispatcher(limits, deliverer, {
    delivered,
    // In one step, so that the journal never knows only the one or the other.
    accepted: (update) => credit(settle(update, "accepted")),
    unchanged: () => undefined,
    rejected: (update, reason) => reject(update, reason),
    failed: (error) => fail(error),
  });
  const fail = (error: unknown): void => {
    failure ??= { error };
    void dispatcher.close();
  };
  const close = (): void => void dispatcher.close();
  halt.addEventListener("abort", close, { once: true });
  const inDoubt: Update[] = [];
  for (const restaged of leftOver) {
    if (failure || halt.aborted) break;
    const slot = findSlot(restaged.object.slot, messagesInDoubt);
    if (!slot) continue;
    const update = updateOf(restaged.object, slot);
    waiting.set(update, restaged);
    if (slot.endpoint.inDoubt === "reject") inDoubt.push(update);
    else await dispatcher.add(update);
  }
  // It may have been sent, so it is not sent again, and neither is the record when the host brings it.
  const given = inDoubt.map((update) => rejected.add(update.record.stream, update.body, [interrupted]));
  await Promise.all(given);
  // Before it is settled: killed in between, the next run must find it again rather than nobody.
  await rejected.persist();
  for (const update of inDoubt) credit(settle(update, "rejected"));
  await dispatcher.drain();
  await dispatcher.close();
  halt.removeEventListener("abort", close);
  await rejected.persist();
  if (failure) throw failure.error;
  return counts;
}

const interrupted: Reason = {
  code: "outcome_unknown",
  message: "The sync was interrupted while this was on its way: nobody knows whether Braze has taken it.",
};

/** An update that no record of this run stands behind. */
const updateOf = ({ stream, identity, also, body }: Restaged["object"], slot: Slot): Update => ({
  record: {
    stream,
    data: body,
    epoch: newEpoch(0),
    sizeBytes: Buffer.byteLength(JSON.stringify(body)),
    open: 1,
    reasons: [],
    changed: false,
  },
  slot,
  identity,
  also,
  body,
});
