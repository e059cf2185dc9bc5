import type { JsonObject } from "@braze-connectors/shared/json";
import type { DataPointMeter } from "../meter";
import { kindAndValue } from "../objects/identity-key";
import { attributes } from "../objects/track/track";
import { newEpoch } from "../pipeline/acknowledge";
import type { Deliverer } from "../pipeline/deliver";
import type { Deltas } from "../pipeline/deltas";
import { Dispatcher } from "../pipeline/dispatch";
import type { Update } from "../pipeline/update";
import type { Limits } from "../settings";
import { identifierBody } from "./identity-body";
import type { Leaver, Remover } from "./remover";

/** Consents, and fields that Braze's page gives no meaning to null for (user_attributes_object). */
const neverCleared = new Set(["email_subscribe", "push_subscribe", "subscription_groups", "push_tokens"]);

/** The object that takes from a profile what it has from us. */
export function clearingBody({ identity, names }: Leaver): JsonObject {
  const { kind } = kindAndValue(identity);
  const cleared = names.filter((name) => name !== kind && !neverCleared.has(name));
  return { ...Object.fromEntries(cleared.map((name) => [name, null])), ...identifierBody(identity) };
}

/** The object that says of a profile that it belongs to the stream no more. */
export const unmarkingBody =
  (attribute: string) =>
  ({ identity }: Leaver): JsonObject => ({ [attribute]: false, ...identifierBody(identity) });

export interface ChangeOptions {
  limits: Limits;
  deliverer: Pick<Deliverer, "deliver">;
  deltas: Deltas;
  meter: DataPointMeter;
  halt: AbortSignal;
}

/** Changes attributes of those who left, on the way that all updates take. */
export class AttributeChanger implements Remover {
  constructor(
    private readonly bodyOf: (leaver: Leaver) => JsonObject,
    private readonly options: ChangeOptions,
  ) {}

  async remove(stream: string, leavers: readonly Leaver[]): Promise<Set<string>> {
    const { limits, deliverer, deltas, meter, halt } = this.options;
    const done = new Set<string>();
    let failure: { error: unknown } | undefined;
    const finished = ({ identity }: Update): void => void done.add(identity);
    const dispatcher = new Dispatcher(
      limits,
      deltas.around(deliverer),
      {
        delivered: (outgoing) => {
          meter.sent(outgoing);
          deltas.remember(outgoing);
        },
        accepted: finished,
        unchanged: finished,
        rejected: (_update, _reason, outgoing) => meter.undelivered(outgoing),
        failed: (error) => {
          failure = { error };
        },
      },
      deltas,
    );
    const close = (): void => void dispatcher.close();
    halt.addEventListener("abort", close, { once: true });
    for (const leaver of leavers) {
      if (failure || halt.aborted) break;
      const update = updateOf(stream, leaver.identity, this.bodyOf(leaver));
      meter.received(update);
      await deltas.prepare(update);
      await dispatcher.add(update);
    }
    await dispatcher.drain();
    await dispatcher.close();
    halt.removeEventListener("abort", close);
    for (const outgoing of dispatcher.undelivered()) meter.undelivered(outgoing);
    if (failure) throw failure.error;
    return done;
  }
}

/** An update that no record stands behind. */
const updateOf = (stream: string, identity: string, body: JsonObject): Update => ({
  record: { stream, data: {}, epoch: newEpoch(0), sizeBytes: 200, open: 1, reasons: [], changed: false },
  slot: attributes,
  identity,
  body,
});
