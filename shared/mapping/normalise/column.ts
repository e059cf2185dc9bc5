import { isObject, type Json, type JsonObject } from "../../json";
import { setOwn } from "../own";
import { propertiesOf, soleBranch, typesOf } from "../stream-schema";
import { isoDate, isoFromEpoch, isoMoment } from "./dates";
import type { Normaliser } from "./normaliser";

/**
 * What the schema of a column says about the spelling of its values: dates become ISO 8601, numbers in
 * text become numbers, also inside lists and objects. (docs.airbyte.com: supported data types.)
 * @returns undefined when nothing is to be done
 */
export function columnNormaliser(schema: JsonObject): Normaliser | undefined {
  const column = soleBranch(schema);
  const types = typesOf(column);
  if (types === undefined) return undefined;
  if (isMoment(column) && [...types].every((type) => momentTypes.has(type))) return momentOf;
  if (types.size > 1) return undefined;
  if (types.has("string")) return column.format === "date" ? dateOf : undefined;
  if (types.has("number")) return numberOf;
  if (types.has("integer")) return integerOf;
  if (types.has("array")) return isObject(column.items) ? listNormaliser(column.items) : undefined;
  return types.has("object") ? objectNormaliser(column) : undefined;
}

const momentTypes = new Set(["string", "number", "integer"]);

const isMoment = ({ format, airbyte_type: airbyteType }: JsonObject): boolean =>
  format === "date-time" || (typeof airbyteType === "string" && airbyteType.startsWith("timestamp_"));

function momentOf(value: Json): Json {
  if (typeof value === "number") return isoFromEpoch(value) ?? value;
  return typeof value === "string" ? (isoMoment(value) ?? isoDate(value) ?? value) : value;
}

const dateOf: Normaliser = (value) =>
  typeof value === "string" ? (isoDate(value) ?? isoMoment(value) ?? value) : value;

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Leading zeros and digits that a number can't hold may mean something: such text stays text. */
function numberOf(value: Json): Json {
  if (typeof value !== "string" || value.length > 40) return value;
  const text = value.trim();
  if (!jsonNumber.test(text)) return value;
  const number = Number(text);
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) return value;
  return number === 0 ? 0 : number;
}

function integerOf(value: Json): Json {
  const number = numberOf(value);
  return Number.isInteger(number) ? number : value;
}

function listNormaliser(items: JsonObject): Normaliser | undefined {
  const normalise = columnNormaliser(items);
  if (!normalise) return undefined;
  return (value) => (Array.isArray(value) ? value.map(normalise) : value);
}

function objectNormaliser(schema: JsonObject): Normaliser | undefined {
  const normalisers = Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const normalise = isObject(property) ? columnNormaliser(property) : undefined;
    return normalise ? [{ name, normalise }] : [];
  });
  if (normalisers.length === 0) return undefined;
  return (value) => {
    if (!isObject(value)) return value;
    let result = value;
    for (const { name, normalise } of normalisers) {
      if (!Object.hasOwn(value, name)) continue;
      const before = value[name] ?? null;
      const after = normalise(before);
      if (after === before) continue;
      if (result === value) result = { ...value };
      setOwn(result, name, after);
    }
    return result;
  };
}
