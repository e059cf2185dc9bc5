import { BrazeStatusError } from "@braze-connectors/shared/braze/errors";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/streams/catalog_items";
import { objectsAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { linkCursor } from "../rest/paging";
import { parent } from "../rest/subjects";
import { catalogs } from "./catalogs";
import type { Source } from "./stream";

/** Items of each catalog, their fields as columns. Braze: api/endpoints/catalogs/catalog_items/synchronous/get_catalog_items_details_bulk */
export const catalogItems = childStream({
  name: "catalog_items",
  schema,
  primaryKey: ["catalog_name", "id"],
  parent: parent(catalogs, "name", "catalog_name"),
  endpoint: {
    path: "/catalogs/{catalog_name}/items",
    permission: "catalogs.get_items",
    rateGroup: "catalog_items",
  },
  entries: objectsAt("items"),
  paging: linkCursor,
  describe: describeItems,
});

/** Types of fields as `/catalogs` names them (api/endpoints/catalogs/catalog_management/synchronous/post_create_catalog). */
const types: Readonly<Record<string, JsonObject>> = {
  string: { type: ["null", "string"] },
  number: { type: ["null", "number"] },
  boolean: { type: ["null", "boolean"] },
  time: { type: ["null", "string"], format: "date-time" },
  object: { type: ["null", "object"], additionalProperties: true },
  array: { type: ["null", "array"], items: {} },
};

/** The columns of all catalogs together; a field that is of two types in two catalogs may be of both. */
export function itemColumns(listed: readonly JsonObject[]): JsonObject {
  // Not an object: a field may have any name, `__proto__` too.
  const columns = new Map<string, JsonObject>();
  for (const { fields } of listed) {
    for (const field of Array.isArray(fields) ? fields : []) {
      if (!isObject(field) || typeof field.name !== "string") continue;
      const type = types[String(field.type)] ?? {};
      const known = columns.get(field.name);
      columns.set(field.name, known === undefined ? type : union(known, type));
    }
  }
  return { ...Object.fromEntries(columns), ...schema.properties };
}

function union(one: JsonObject, other: JsonObject): JsonObject {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  const [some, more] = [one.type, other.type];
  if (!Array.isArray(some) || !Array.isArray(more)) return {};
  const both: Json[] = [...new Set([...some, ...more])];
  return { type: both };
}

async function describeItems({ rest, context }: Source): Promise<JsonObject> {
  try {
    return { ...schema, properties: itemColumns(await rest.whole(catalogs)) };
  } catch (error) {
    if (!(error instanceof BrazeStatusError)) throw error;
    context.log.warn(
      `The fields of catalog items are not known, so the stream catalog_items has only its key as columns. ${error.message}`,
    );
    return schema;
  }
}
