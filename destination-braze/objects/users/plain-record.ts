import { ColumnMemo } from "@braze-connectors/shared/column-memo";
import type { Json, JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/user_attributes";
import type { Identity } from "../identity";
import type { ObjectOptions } from "../object";
import { isBroken, isInexact, longestName, longestText } from "../values";

/** What a column may hold in a plain record. */
export type ColumnKind = "text" | "custom" | "external_id" | "looked at closer";

/**
 * Whether a record is the object for Braze just as it is, and valid: then nothing needs to be built or
 * validated, and its text can travel unchanged. True of most records that a mapping or a warehouse
 * brings; says no where looking closer would cost more than building the object does.
 */
export class PlainRecords {
  private readonly kinds = new ColumnMemo(kindOf);

  has(record: JsonObject, identity: Identity, options: ObjectOptions): boolean {
    if (options.segmentExport || !options.createUsers) return false;
    if (record[identity.name] !== identity.value) return false;
    let index = 0;
    for (const column in record) {
      const kind = this.kinds.get(index, column);
      if (!isPlain(record[column] as Json, kind, identity)) return false;
      index += 1;
    }
    return true;
  }
}

const properties: Readonly<Record<string, object>> = schema.properties;

/** What a column of a plain record may hold, by its name. */
export function kindOf(column: string): ColumnKind {
  if (column === "external_id") return "external_id";
  if (column === "" || column.length > longestName || isBroken(column)) return "looked at closer";
  if (!Object.hasOwn(properties, column)) return column.startsWith("_") ? "looked at closer" : "custom";
  const rules: { type?: unknown } = properties[column] ?? {};
  const isText = Object.keys(rules).length === 1 && [rules.type].flat().includes("string");
  return isText ? "text" : "looked at closer";
}

function isPlain(value: Json, kind: ColumnKind, { name }: Identity): boolean {
  if (typeof value === "string") {
    if (kind === "looked at closer" || value.length > longestText || isBroken(value)) return false;
    // One that does not identify is left out.
    return kind !== "external_id" || (name === "external_id" && value !== "");
  }
  if (kind !== "custom") return false;
  if (typeof value === "object") return Array.isArray(value) && value.every(isPlainElement);
  return typeof value === "boolean" || !isInexact(value);
}

const isPlainElement = (element: Json): boolean =>
  typeof element === "string"
    ? !isBroken(element)
    : typeof element === "number"
      ? !isInexact(element)
      : typeof element !== "object";
