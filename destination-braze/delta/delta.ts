import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { isOperation } from "../objects/operations";
import { hashAttribute } from "./attribute-hash";
import type { AttributeNames } from "./attribute-names";
import type { Change, ProfileTable } from "./profile-table";

/** What to send of a known profile in which something differs. */
export type SendMode = "changed_attributes" | "changed_profiles" | "everything";

export type Delta =
  | { kind: "unchanged" }
  /**
   * `body` is what is to be sent; `change` is to be remembered when it was accepted; `isKnown`: something is
   * remembered of the object.
   */
  | { kind: "changed"; body: JsonObject; change: Change; isKnown: boolean };

/**
 * Which attributes of an object Braze does not have from us yet.
 * @param identifier the key that says whose object it is: never left out
 * @param prefix see Memory.prefix
 * @param position where the profile stands in the table, -1 when it is not known
 */
export function deltaOf(
  body: JsonObject,
  identifier: string,
  prefix: string,
  mode: SendMode,
  table: ProfileTable,
  position: number,
  names: AttributeNames,
): Delta {
  const nameIds: number[] = [];
  const hashes: number[] = [];
  const forgotten: number[] = [];
  const change: Change = { nameIds, hashes, firstHash: 0, forgotten };
  const isNew = position === -1;
  const reduced: JsonObject = isNew ? body : {};
  let differs = isNew;
  // A nested object that was merged in says nothing of the whole value, and the other way round.
  const mergesObjects = body._merge_objects === true;
  let index = -1;
  for (const key in body) {
    index += 1;
    const value = body[key] as Json;
    const nameId = names.idOfColumn(index, prefix === "" ? key : `${prefix}${key}`);
    if (key === identifier || nameId === "no attribute") {
      if (!isNew) setOwn(reduced, key, value);
      continue;
    }
    if (isOperation(value)) {
      if (nameId !== undefined) forgotten.push(nameId);
    } else if (nameId !== undefined) {
      const { lo, hi } = hashAttribute(value, mergesObjects && isObject(value));
      nameIds.push(nameId);
      hashes.push(lo, hi);
      if (!isNew && table.has(position, nameId, lo, hi)) continue;
    }
    differs = true;
    if (!isNew) setOwn(reduced, key, value);
  }
  if (mode === "everything") return { kind: "changed", body, change, isKnown: !isNew };
  if (!differs) return { kind: "unchanged" };
  return { kind: "changed", body: mode === "changed_profiles" ? body : reduced, change, isKnown: !isNew };
}
