import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { applyMapping, type Mapped, type Unmappable } from "@braze-connectors/shared/mapping/apply";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import type { Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import { nestsTooDeep, tooDeep } from "../objects/values";
import type { Route } from "../routes";
import { describeAll, invalid, maxReasons } from "./describe";
import { dataOf } from "./record-data";
import type { ReceivedRecord, Update } from "./update";

/** Maps a record to an object for Braze and validates it: the update, or why it can't be delivered. */
export function prepareUpdate(
  record: ReceivedRecord,
  { object, options, mapping }: Route,
): Update | Reason[] {
  const { sizeBytes } = record;
  const data = dataOf(record);
  if (nestsTooDeep(data)) return [invalid(undefined, tooDeep)];
  const mapped: Mapped | Unmappable = mapping
    ? applyMapping(mapping, data)
    : { identifier: undefined, body: data, setIfEmpty: undefined };
  if (mapped.reasons) return mapped.reasons.slice(0, maxReasons);
  const { setIfEmpty } = mapped;
  // Checked with the rest, whether it will be sent or not.
  const prepared = object.prepare(setIfEmpty ? { ...mapped.body, ...setIfEmpty } : mapped.body, options);
  if (prepared.reasons) return prepared.reasons.slice(0, maxReasons);
  const { body, identity, also, notes, isValid, slot = object.slot } = prepared;
  if (!isValid && !object.validate(body)) return describeAll(object.validate.errors ?? []);
  const tooLarge = tooLargeValue(slot, body, sizeBytes);
  if (tooLarge) return [tooLarge];
  const ifEmpty = setIfEmpty && takeOut(body, Object.keys(setIfEmpty));
  return { record, slot, identity, also, body, ifEmpty, notes };
}

/** Moves attributes from an object into one of their own. */
function takeOut(body: JsonObject, names: readonly string[]): JsonObject {
  const taken: JsonObject = {};
  for (const name of names) {
    if (!Object.hasOwn(body, name)) continue;
    setOwn(taken, name, body[name] as Json);
    delete body[name];
  }
  return taken;
}

/** Largest nested attribute or array (nested_custom_attribute_support, data_types); Braze drops larger ones. */
const maxAttributeBytes = 100_000;
/** Largest `properties` that hold arrays or objects (event_object). */
const maxPropertiesBytes = 50_000;

/** @param sizeBytes of the record's line: only large records need a closer look */
function tooLargeValue({ dataPoints }: Slot, body: JsonObject, sizeBytes: number): Reason | undefined {
  // Only profiles and occurrences have such limits; of anything else Braze says itself what is too large.
  if (dataPoints === 0) return undefined;
  const isProfile = dataPoints === "by attribute";
  const limitBytes = isProfile ? maxAttributeBytes : maxPropertiesBytes;
  if (sizeBytes <= limitBytes) return undefined;
  const holders = isProfile ? Object.entries(body) : [["properties", body.properties] as const];
  for (const [name, value] of holders) {
    if (typeof value !== "object" || value === null) continue;
    if (!isProfile && !Object.values(value).some((item) => typeof item === "object")) continue;
    if (Buffer.byteLength(JSON.stringify(value)) > limitBytes) {
      return invalid(name, `is larger than ${limitBytes / 1000} KB, which Braze does not store`);
    }
  }
  return undefined;
}
