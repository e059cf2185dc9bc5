import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { applyMapping, type Mapped, type Unmappable } from "@braze-connectors/shared/mapping/apply";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import type { ErrorObject } from "ajv";
import type { Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import { nestsTooDeep, tooDeep } from "../objects/values";
import type { Route } from "../routes";
import type { ReceivedRecord, Update } from "./update";

/** More reasons than a person reads; one value can break a rule in each of its thousand elements. */
const maxReasons = 20;

/** Maps a record to an object for Braze and validates it: the update, or why it can't be delivered. */
export function prepareUpdate(
  record: ReceivedRecord,
  { object, options, mapping }: Route,
): Update | Reason[] {
  const { data, sizeBytes } = record;
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

function describeAll(errors: readonly ErrorObject[]): Reason[] {
  const reasons = errors.flatMap(describe).slice(0, maxReasons);
  return reasons.length > 0 ? reasons : [invalid(undefined, "is not valid")];
}

/** A validation error as a reason; the errors that only sum up or detail others are left out. */
function describe({
  instancePath,
  schemaPath,
  keyword,
  params,
  message,
  propertyName,
}: ErrorObject): Reason[] {
  if (keyword === "propertyNames" || schemaPath.includes("/anyOf/")) return [];
  const field = fieldOf(instancePath);
  if (propertyName !== undefined) {
    const name = JSON.stringify(propertyName.slice(0, 300));
    return [invalid(field, `holds the name ${name}: names have 1 to 255 characters and no leading $`)];
  }
  switch (keyword) {
    case "required":
      return [invalid(fieldOf(`${instancePath}/${params.missingProperty}`), "is missing")];
    case "enum":
      return [invalid(field, `must be one of ${params.allowedValues.map(print).join(", ")}`)];
    case "type":
      return [invalid(field, `must be ${[params.type].flat().join(" or ")}`)];
    case "minLength":
      return [invalid(field, "must not be empty")];
    case "format":
      return [invalid(field, "must be a day in the form 1980-12-21")];
    case "pattern":
    case "anyOf":
      return [invalid(field, formats[field ?? ""] ?? time)];
    default:
      return [invalid(field, message ?? "is not valid")];
  }
}

const time = "must be a time in ISO 8601, such as 2026-05-04T10:00:00Z";
/** What the schemas' other patterns mean. */
const formats: Record<string, string> = { currency: "must be a currency code of ISO 4217, such as EUR" };

const print = (value: unknown): string => JSON.stringify(value);

/** The keys of a JSON pointer (RFC 6901), joined by dots. */
function fieldOf(pointer: string): string | undefined {
  if (pointer === "") return undefined;
  const keys = pointer.slice(1).split("/");
  return keys
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".")
    .slice(0, 300);
}

const invalid = (field: string | undefined, problem: string): Reason => ({
  code: "invalid_value",
  message: `${field ?? "The record"} ${problem}.`,
  ...(field === undefined ? {} : { field }),
});
