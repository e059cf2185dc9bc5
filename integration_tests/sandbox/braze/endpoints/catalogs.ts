import type { JsonObject } from "../../json";
import type { Catalog } from "../content";
import { type Call, type Endpoint, success } from "../endpoint";
import { catalogNotFound } from "./catalog-errors";
import { cursorPage } from "./cursor";

/** docs: api/endpoints/catalogs/catalog_management/synchronous/get_list_catalogs */
export const catalogsList: Endpoint = {
  method: "GET",
  path: "/catalogs",
  permission: "catalogs.get",
  rateGroup: "catalogs",
  handle: ({ workspace }) =>
    success({
      catalogs: workspace.content.catalogs.map(listedCatalog),
    }),
};

/** How answers show a catalog. */
export function listedCatalog({ name, description, fields, items, updated_at }: Catalog): JsonObject {
  return {
    description: description ?? `Sandbox catalog ${name}`,
    fields: fields.map((field) => ({ ...field })),
    name,
    num_items: items.length,
    updated_at: updated_at ?? "2024-01-01T00:00:00.000+00:00",
  };
}

/** docs: api/endpoints/catalogs/catalog_items/synchronous/get_catalog_items_details_bulk: 50 a page */
export const catalogItemsList: Endpoint = {
  method: "GET",
  path: "/catalogs/{name}/items",
  permission: "catalogs.get_items",
  rateGroup: "catalog_items",
  handle: (call) => {
    const { name = "" } = call.parameters;
    const catalog = catalogNamed(call);
    if (catalog === undefined) return catalogNotFound(name);
    return cursorPage(call, `/catalogs/${encodeURIComponent(name)}/items`, "items", catalog.items, 50);
  },
};

export function catalogNamed({ workspace, parameters }: Call): Catalog | undefined {
  return workspace.content.catalogs.find((each) => each.name === parameters.name);
}
