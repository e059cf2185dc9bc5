import { type Hash64, hash64 } from "@braze-connectors/shared/hash/hash64";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { isIncrement, isObjectArrayChange } from "../objects/operations";
import type { Update } from "../pipeline/update";

type Sent = Pick<Update, "slot" | "identity" | "body" | "shape">;

/**
 * What of an update must not reach Braze twice, as text: a whole event or purchase, for Braze never
 * deduplicates them (post_user_track); of attributes what adds to the value that is there. Sets of
 * plain values (`add`, `remove`) come out the same when they are repeated.
 * @returns undefined when all of it may be repeated
 */
export function unrepeatable({ slot, identity, body }: Sent): string | undefined {
  if (slot.repeatable === true) return undefined;
  if (slot.repeatable === false) return `${slot.name} ${identity} ${JSON.stringify(body)}`;
  const names = unrepeatableAttributes(body);
  if (names.length === 0) return undefined;
  return `${slot.name} ${identity} ${JSON.stringify(names.map((name) => [name, body[name] as Json]))}`;
}

/**
 * By what it is recognised when the host sends it again.
 * @returns undefined when all of it may be repeated; a shared object that the next hash overwrites
 */
export function fingerprintOf(update: Sent): Readonly<Hash64> | undefined {
  if (update.shape) return undefined;
  const text = unrepeatable(update);
  return text === undefined ? undefined : hash64(text);
}

const none: readonly string[] = [];

/** The attributes whose values add to what is there, in a fixed order. */
export function unrepeatableAttributes(body: JsonObject): readonly string[] {
  let names: string[] | undefined;
  for (const name in body) {
    const value = body[name] as Json;
    // Nearly all values are plain: nothing is allocated for them.
    if (typeof value !== "object" || !isObject(value)) continue;
    if (!isIncrement(value) && !isObjectArrayChange(value)) continue;
    names ??= [];
    names.push(name);
  }
  return names ? names.sort() : none;
}
