import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import type { Memory } from "../objects/endpoint";
import { isOperation } from "../objects/operations";
import { hashAttribute } from "./attribute-hash";
import { type AttributeNames, updatesOnly } from "./attribute-names";
import type { Change } from "./change";
import type { ProfileTable } from "./profile-table";

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
 * @param identity whose object it is: what says so is never left out
 * @param position where the profile stands in the table, -1 when it is not known
 */
export function deltaOf(
  body: JsonObject,
  identity: string,
  memory: Memory,
  mode: SendMode,
  table: ProfileTable,
  position: number,
  names: AttributeNames,
): Delta {
  const { prefix } = memory;
  const identifier = memory.identifierOf(identity);
  const nameIds: number[] = [];
  const hashes: number[] = [];
  const forgotten: number[] = [];
  const change: Change = { nameIds, hashes, firstHash: 0, forgotten };
  const creates = !memory.updatesOnly(body);
  if (position === -1 && !creates) {
    nameIds.push(updatesOnly);
    hashes.push(0, 0);
  }
  // What was sent before may have been for nobody.
  const isUnsure = position !== -1 && table.startsWith(position, updatesOnly);
  const isNew = position === -1 || (creates && isUnsure);
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
  if (isNew && isUnsure)
    forgotten.push(...table.read(position).nameIds.filter((nameId) => !nameIds.includes(nameId)));
  if (mode === "everything") return { kind: "changed", body, change, isKnown: !isNew };
  if (!differs) return { kind: "unchanged" };
  return { kind: "changed", body: mode === "changed_profiles" ? body : reduced, change, isKnown: !isNew };
}
