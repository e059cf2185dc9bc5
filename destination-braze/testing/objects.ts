import type { JsonObject } from "@braze-connectors/shared/json";
import type { BrazeObject, ObjectOptions, Prepared } from "../objects/object";
import { findObject } from "../objects/registry";
import { type Outgoing, outgoingOf } from "../pipeline/update";
import { recordWith } from "./updates";

export const objectOptions = (changed: Partial<ObjectOptions> = {}): ObjectOptions => ({
  createUsers: true,
  nullValues: "ignore",
  segmentExport: false,
  messagesInDoubt: "reject",
  ...changed,
});

export function objectNamed(name: string): BrazeObject {
  const object = findObject(name);
  if (!object) throw new Error(`There is no object ${name}`);
  return object;
}

type Good = Exclude<Prepared, { reasons: unknown[] }>;

/** What a good record becomes. */
export function prepared(object: BrazeObject, record: JsonObject, options = objectOptions()): Good {
  const result = object.prepare(record, options);
  if (result.reasons) throw new Error(JSON.stringify(result.reasons));
  expect([object.validate(result.body), object.validate.errors]).toEqual([true, null]);
  return result;
}

/** Records as objects on their way to Braze. */
export const outgoingTo = (
  object: BrazeObject,
  records: readonly JsonObject[],
  options = objectOptions(),
): Outgoing[] =>
  records.map((record) => {
    const { body, identity, also, slot = object.slot } = prepared(object, record, options);
    return outgoingOf({ record: recordWith(record), slot, identity, also, body });
  });

/** The body of the request that all of them travel in. */
export const bodyOf = (objects: readonly Outgoing[]): unknown =>
  JSON.parse(String(objects[0]?.slot.endpoint.requestBody(objects) ?? "null"));
