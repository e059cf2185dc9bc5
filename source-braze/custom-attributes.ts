import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import type { Braze } from "./braze";
import type { Parameters } from "./rest/endpoint";
import { linkCursor, pages } from "./rest/paging";
import { refusals } from "./segments";

/** A custom attribute as `/custom_attributes` lists it. */
export interface CustomAttribute {
  name: string;
  /** As Braze words it: "Number", "Date (Automatically Detected)". */
  dataType: string;
  description: string | undefined;
}

const path = "/custom_attributes";
export const customAttributesPermission = "custom_attributes.get";

/**
 * All custom attributes of the workspace, paged by the cursor in the `Link` header
 * (api/endpoints/export/custom_attributes/get_custom_attributes).
 * @returns undefined when the API key may not list them
 */
export async function listCustomAttributes(braze: Braze): Promise<CustomAttribute[] | undefined> {
  let isRefused = false;
  const ask = async (query: Parameters): Promise<BrazeResponse> => {
    const response = await braze.get(path, {
      query,
      permission: customAttributesPermission,
      accept: refusals,
    });
    isRefused ||= refusals.includes(response.status);
    return response;
  };
  const attributes: CustomAttribute[] = [];
  for await (const entries of pages({ path, ask, paging: linkCursor, entries: entriesIn })) {
    if (isRefused) return undefined;
    attributes.push(...entries.flatMap(attributeOf));
  }
  return attributes;
}

const entriesIn = (body: unknown): JsonObject[] =>
  isObject(body) && Array.isArray(body.attributes) ? body.attributes.filter(isObject) : [];

function attributeOf({ name, data_type: dataType, description }: JsonObject): CustomAttribute[] {
  if (typeof name !== "string") return [];
  return [
    {
      name,
      dataType: typeof dataType === "string" ? dataType : "",
      description: typeof description === "string" && description !== "" ? description : undefined,
    },
  ];
}

/**
 * The JSON Schema of each data type. The page shows one example, "Number"; the dashboard's types are
 * Boolean, Number, String, Time, Array, Object, and array of objects (user_guide, custom data, data types);
 * clients in the field saw "Date (Automatically Detected)".
 */
const schemas: Readonly<Record<string, JsonObject>> = {
  string: { type: ["null", "string"] },
  number: { type: ["null", "number"] },
  integer: { type: ["null", "integer"] },
  float: { type: ["null", "number"] },
  boolean: { type: ["null", "boolean"] },
  date: { type: ["null", "string"], format: "date-time" },
  time: { type: ["null", "string"], format: "date-time" },
  datetime: { type: ["null", "string"], format: "date-time" },
  array: { type: ["null", "array"], items: { type: ["null", "string", "number", "boolean"] } },
  object: { type: ["null", "object"], additionalProperties: true },
  objectarray: {
    type: ["null", "array"],
    items: { type: ["null", "object"], additionalProperties: true },
  },
};
const synonyms: Readonly<Record<string, string>> = {
  arrayofobjects: "objectarray",
  arrayofstrings: "array",
  stringarray: "array",
  nestedobject: "object",
};

/** The JSON Schema of a custom attribute; of an unknown type one that anything fits. */
export function attributeSchema({ dataType, description }: CustomAttribute): JsonObject {
  const plain = dataType
    .replace(/\(.*?\)/g, "")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
  const schema = schemas[synonyms[plain] ?? plain] ?? {};
  return description === undefined ? { ...schema } : { ...schema, description };
}

/**
 * The schema of the column `custom_attributes`.
 * @param open its schema when nothing is known of the attributes
 * @param attributes those of the workspace; undefined when they can't be listed
 * @param names the ones to export; undefined for all
 */
export function customAttributesSchema(
  open: JsonObject,
  attributes: readonly CustomAttribute[] | undefined,
  names: readonly string[] | undefined,
): JsonObject {
  if (attributes === undefined) {
    if (names === undefined) return open;
    return { ...open, properties: Object.fromEntries(names.map((name): [string, Json] => [name, {}])) };
  }
  const chosen = attributes.filter(({ name }) => names === undefined || names.includes(name));
  const properties = chosen.map((attribute): [string, Json] => [attribute.name, attributeSchema(attribute)]);
  return { ...open, properties: Object.fromEntries(properties) };
}
