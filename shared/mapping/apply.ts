import { isObject, type Json, type JsonObject } from "../json";
import type { CompiledIdentifier, CompiledMapping, CompiledRemaining, Slot } from "./compiled";
import { Refusal } from "./merges";
import { getOwn, setOwn } from "./own";

/** Why a record can't be written. The destination's reasons have the same form. */
export interface MappingReason {
  code: "missing_identifier" | "invalid_value";
  message: string;
  /** The field of the record that is at fault, if one is. */
  field?: string;
}

/** Whose record it is: a key–value pair of the body. */
export interface MappedIdentifier {
  name: string;
  value: Json;
}

/** A record as an object for Braze. */
export interface Mapped {
  /** Undefined for objects that are nobody's. */
  identifier: MappedIdentifier | undefined;
  /** The object with its identifier. */
  body: JsonObject;
  /** Attributes, by name, that are only for a profile that has no value for them yet. */
  setIfEmpty: JsonObject | undefined;
  reasons?: undefined;
}

export interface Unmappable {
  reasons: MappingReason[];
}

/** Makes a record an object for Braze, or says why it can't become one. The record is not changed. */
export function applyMapping(mapping: CompiledMapping, record: JsonObject): Mapped | Unmappable {
  const identifier = identify(mapping.identifiers, record);
  if (identifier !== undefined && "code" in identifier) return { reasons: [identifier] };
  if (identifier === undefined && mapping.identifiers.length > 0) return { reasons: [noIdentifier(mapping)] };

  const mapped: Mapped = { identifier, body: {}, setIfEmpty: undefined };
  if (identifier) setOwn(mapped.body, identifier.name, identifier.value);
  const reasons = writeFields(mapping, record, mapped);
  return reasons === none ? mapped : { reasons };
}

/** What most records have. One list for all of them, never changed. */
const none: MappingReason[] = [];

/** Writes everything but the identifier. */
export function writeFields(mapping: CompiledMapping, record: JsonObject, mapped: Mapped): MappingReason[] {
  let reasons = none;
  for (const { field, read, slot } of mapping.fields) {
    const refusal = write(slot, read(record), mapped);
    if (refusal) reasons = [...reasons, invalid(field, refusal)];
  }
  for (const { put, value } of mapping.statics) put(mapped.body, value);
  return mapping.remaining ? writeRemaining(mapping.remaining, record, mapped, reasons) : reasons;
}

function identify(
  identifiers: readonly CompiledIdentifier[],
  record: JsonObject,
): MappedIdentifier | MappingReason | undefined {
  for (const identifier of identifiers) {
    const { name, label } = identifier;
    const value = identifierValue(identifier, record);
    if (value === undefined) continue;
    if (typeof value !== "string") return value;
    const isAlias = name === "user_alias" && label !== undefined;
    return { name, value: isAlias ? { alias_name: value, alias_label: label } : value };
  }
  return undefined;
}

function identifierValue(
  { field, label, read, normalise }: CompiledIdentifier,
  record: JsonObject,
): string | MappingReason | undefined {
  let value = read(record);
  if (label !== undefined) value = aliasName(value, label);
  if (value === undefined || value === null) return undefined;
  if (normalise) value = normalise(value);
  if (value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value !== "number") return invalid(field, identifierNoText);
  return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))
    ? invalid(field, identifierTooLarge)
    : String(value);
}

const identifierNoText = new Refusal("must be text to identify a user");
const identifierTooLarge = new Refusal("is a number too large to be read exactly; send it as text");

/** Exported users have lists of aliases: the one with the label counts. Anything else is a name itself. */
export function aliasName(value: Json | undefined, label: string): Json | undefined {
  if (Array.isArray(value)) {
    return aliasName(
      value.find((alias) => isObject(alias) && alias.alias_label === label),
      label,
    );
  }
  if (!isObject(value)) return value;
  return value.alias_label === label ? value.alias_name : undefined;
}

function noIdentifier({ identifiers }: CompiledMapping): MappingReason {
  const fields = identifiers.map(({ field }) => field).join(", ");
  return {
    code: "missing_identifier",
    message: `The record has no value in any of its identifiers: ${fields}.`,
  };
}

const invalid = (field: string, { message }: Refusal): MappingReason => ({
  code: "invalid_value",
  message: `${field} ${message}.`,
  field,
});

function write(slot: Slot, value: Json | undefined, mapped: Mapped): Refusal | undefined {
  if (value === undefined) {
    if (slot.clearsMissing) slot.put(mapped.body, null);
    return undefined;
  }
  const normal = value !== null && slot.normalise ? slot.normalise(value) : value;
  if (normal === null) {
    if (slot.clearsNull) slot.put(mapped.body, null);
    return undefined;
  }
  const operation = slot.operate(normal);
  if (operation === undefined) return undefined;
  if (operation instanceof Refusal) return operation;
  if (slot.ifEmpty) {
    mapped.setIfEmpty ??= {};
    setOwn(mapped.setIfEmpty, slot.path[0] ?? "", operation);
    return undefined;
  }
  slot.put(mapped.body, operation);
  if (slot.mergesObjects) mapped.body._merge_objects = true;
  return undefined;
}

function writeRemaining(
  { slotOf, spread }: CompiledRemaining,
  record: JsonObject,
  mapped: Mapped,
  before: MappingReason[],
): MappingReason[] {
  let reasons = before;
  for (const column in record) {
    const slot = slotOf(column);
    if (!slot || !Object.hasOwn(record, column)) continue;
    const refusal = write(slot, record[column], mapped);
    if (refusal) reasons = [...reasons, invalid(column, refusal)];
  }
  for (const { column, slotOf: slotOfEntry } of spread) {
    const entries = getOwn(record, column);
    if (!isObject(entries)) continue;
    for (const name in entries) {
      const slot = slotOfEntry(name);
      if (!slot || !Object.hasOwn(entries, name) || isColumn(name, record, slotOf)) continue;
      const refusal = write(slot, entries[name], mapped);
      if (refusal) reasons = [...reasons, invalid(`${column}.${name}`, refusal)];
    }
  }
  return reasons;
}

/** A column of the record wins over an entry of the same name. */
const isColumn = (name: string, record: JsonObject, slotOf: CompiledRemaining["slotOf"]): boolean =>
  Object.hasOwn(record, name) && slotOf(name) !== undefined;
