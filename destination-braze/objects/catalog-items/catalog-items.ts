import { isHostColumn } from "@braze-connectors/shared/airbyte/host-columns";
import { contentRefusals } from "@braze-connectors/shared/braze/errors";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import schema from "@braze-connectors/spec/schemas/braze/catalog_items";
import validate from "@braze-connectors/spec/validators/validateCatalogItems";
import type { Endpoint, Memory, Slot } from "../endpoint";
import { missing, takeFields, takeNames, unsendableField } from "../fields";
import { itemKey } from "../identity-key";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject } from "../object";
import { fieldsOf } from "../offer";
import { judgeCatalog } from "./judge-catalog";

/** What is done with the items of a stream. */
type Action = "upsert" | "update" | "replace" | "delete";

/** Endpoints for items by method, with the permission each needs (api/endpoints/catalogs/catalog_items/asynchronous). */
const permissions = {
  PUT: "catalogs.replace_items",
  PATCH: "catalogs.update_items",
  DELETE: "catalogs.delete_items",
} as const;

const endpointFor = (catalog: string, method: keyof typeof permissions): Endpoint =>
  listEndpoint({
    name: `${method} /catalogs/${catalog}/items`,
    method,
    path: `/catalogs/${encodeURIComponent(catalog)}/items`,
    permission: permissions[method],
    rateGroup: "catalog items",
    accept: [...contentRefusals, 404],
    requestBody: (objects) =>
      `{"items":[${objects.map(({ sent, body }) => JSON.stringify(sent ?? body)).join(",")}]}`,
    judge: judgeCatalog,
  });

/**
 * The slots of a catalog. PUT makes an item what is sent, and creates it; PATCH changes fields of an item
 * that exists, and passes over others without a word; DELETE passes over what does not exist.
 */
function slotsOf(catalog: string): Record<Action, Slot> {
  const memory: Memory = { identifierOf: () => "id", updatesOnly: () => false, prefix: "item." };
  const merge = mergeItems;
  const patch = endpointFor(catalog, "PATCH");
  const put = endpointFor(catalog, "PUT");
  const name = `catalog_items/${catalog}`;
  // `$add` and `$remove` change what is there.
  const update = listSlot({
    name: `${name} update`,
    endpoint: patch,
    memory: { ...memory, updatesOnly: () => true },
    merge,
    repeatable: "by attribute",
  });
  return {
    update,
    upsert: listSlot({
      name: `${name} upsert`,
      endpoint: put,
      memory,
      merge,
      whenKnown: update,
      repeatable: "by attribute",
    }),
    // Takes from an item what the record does not have.
    replace: listSlot({
      name: `${name} replace`,
      endpoint: put,
      merge: (_, later) => later,
      undoes: true,
      empties: true,
    }),
    delete: listSlot({
      name: `${name} delete`,
      endpoint: endpointFor(catalog, "DELETE"),
      merge: (_, later) => later,
      undoes: true,
      empties: true,
    }),
  };
}

const actions: Readonly<Record<string, Action>> = {
  append: "upsert",
  append_dedup: "upsert",
  overwrite: "replace",
  update: "update",
  soft_delete: "delete",
};

/** The items of a catalog: `catalog_items/NAME`. */
export function catalogItems(catalog: string): BrazeObject {
  const slots = slotsOf(catalog);
  const itemsFor = (action: Action): BrazeObject => ({
    name: `catalog_items/${catalog}`,
    slot: slots[action],
    slots: Object.values(slots),
    validate,
    offer: {
      modes: ["append", "append_dedup", "overwrite", "update", "soft_delete"],
      likeAppend: [],
      matchingKeys: ["id"],
      schema: fieldsOf(schema, { additionalProperties: action !== "delete" }),
    },
    ignoredColumns: (columns) =>
      columns.filter((column) => (action === "delete" ? column !== "id" : isHostColumn(column))),
    prepare(record, { nullValues }) {
      const body = takeFields(record, ["id"]);
      const problem = body.id === "" ? missing("id") : takeNames(body, ["id"]);
      if (problem) return { reasons: [problem] };
      const { id } = body;
      const identity = itemKey(catalog, `${id}`);
      if (action === "delete") return { body, identity };
      for (const [name, value] of Object.entries(record)) {
        if (name !== "id" && !isHostColumn(name) && (value !== null || nullValues === "clear"))
          setOwn(body, name, value);
      }
      const wrong = unsendableField(body);
      return wrong ? { reasons: [wrong] } : { body, identity };
    },
    forMode: (mode) => itemsFor(actions[mode] ?? "upsert"),
  });
  return itemsFor("upsert");
}

/** Two changes of one item as one: the last value of a field wins. */
function mergeItems(earlier: JsonObject, later: JsonObject): JsonObject | undefined {
  // `$add` and `$remove` change what is there.
  if (Object.values(later).some((value) => isObject(value) && ("$add" in value || "$remove" in value))) {
    return undefined;
  }
  const merged: JsonObject = { ...earlier };
  for (const [name, value] of Object.entries(later)) setOwn(merged, name, value);
  return merged;
}
