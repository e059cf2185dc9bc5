import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { Activity } from "../user";
import { isCurrency } from "./known-values";
import { parseTime } from "./times";

const MAX_PROPERTIES_BYTES = 50_000;

/**
 * Why Braze refuses an event.
 * docs: api/objects_filters/event_object. Sentences follow the pattern of the one that has been seen
 * ("'quantity' is not valid").
 */
export function eventError(event: JsonObject): string | undefined {
  if (!isName(event.name)) return missingOrInvalid(event, "name");
  if (parseTime(event.time) === undefined) return missingOrInvalid(event, "time");
  return propertiesError(event.properties);
}

/** Why Braze refuses a purchase. docs: api/objects_filters/purchase_object */
export function purchaseError(purchase: JsonObject): string | undefined {
  if (!isName(purchase.product_id)) return missingOrInvalid(purchase, "product_id");
  if (!isCurrency(purchase.currency)) return missingOrInvalid(purchase, "currency");
  if (typeof purchase.price !== "number" || !Number.isFinite(purchase.price)) {
    return missingOrInvalid(purchase, "price");
  }
  const { quantity } = purchase;
  if (quantity !== undefined && quantity !== null) {
    if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1 || quantity > 100) {
      return "'quantity' is not valid";
    }
  }
  if (parseTime(purchase.time) === undefined) return missingOrInvalid(purchase, "time");
  return propertiesError(purchase.properties);
}

/** docs: event_object: up to 255 characters, no leading `$`; 50 KB when arrays or objects are inside. */
function propertiesError(properties: Json | undefined): string | undefined {
  if (properties === undefined || properties === null) return undefined;
  if (!isJsonObject(properties)) return "'properties' is not valid";
  let nested = false;
  for (const key in properties) {
    if (key === "" || key.length > 255 || key.startsWith("$")) return "'properties' is not valid";
    nested ||= typeof properties[key] === "object";
  }
  if (nested && Buffer.byteLength(JSON.stringify(properties)) > MAX_PROPERTIES_BYTES) {
    return "'properties' is too large";
  }
  return undefined;
}

/** docs: user_attributes_object: "Events with timestamps in the future default to the current time". */
export function activityTime(value: Json | undefined, nowMs: number): string {
  return new Date(Math.min(parseTime(value) ?? nowMs, nowMs)).toISOString();
}

/** Adds one occurrence to a profile's summary of events or purchases. */
export function countActivity(activities: Activity[], name: string, time: string, times = 1): void {
  const known = activities.find((activity) => activity.name === name);
  if (known === undefined) {
    activities.push({ name, first: time, last: time, count: times });
    return;
  }
  known.count += times;
  if (time < known.first) known.first = time;
  if (time > known.last) known.last = time;
}

function isName(value: Json | undefined): boolean {
  return typeof value === "string" && value !== "" && value.length <= 255;
}

function missingOrInvalid(object: JsonObject, field: string): string {
  const value = object[field];
  return value === undefined || value === null || value === ""
    ? `'${field}' is required`
    : `'${field}' is not valid`;
}
