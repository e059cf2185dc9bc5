import { isObject, type Json, type JsonObject } from "../json";
import { CircleGuard } from "./circle-guard";
import type { BrazeClient } from "./client";
import { notOffered } from "./errors";
import { nextLink } from "./paging";

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
 * @returns undefined when the API key may not list them, or the instance has no such list
 * @throws transient_error when the pages lead in a circle
 */
export async function listCustomAttributes(
  braze: Pick<BrazeClient, "get">,
): Promise<CustomAttribute[] | undefined> {
  const attributes: CustomAttribute[] = [];
  const guard = new CircleGuard(path);
  let cursor: string | undefined;
  do {
    const { status, body, headers } = await braze.get(path, {
      query: { cursor },
      permission: customAttributesPermission,
      accept: notOffered,
    });
    if (notOffered.includes(status)) return undefined;
    const entries = entriesIn(body);
    attributes.push(...entries.flatMap(attributeOf));
    cursor = cursorIn(nextLink(headers));
    if (cursor !== undefined) guard.look(entries, cursor);
  } while (cursor !== undefined);
  return attributes;
}

/** Only the cursor is taken from the link: requests keep going to the configured endpoint. */
function cursorIn(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  return new URL(link, "https://rest.invalid").searchParams.get("cursor") ?? undefined;
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
