import { type Endpoint, success } from "../endpoint";
import { cursorPage } from "./cursor";

/** docs: api/endpoints/catalogs/catalog_management/synchronous/get_list_catalogs */
export const catalogsList: Endpoint = {
  method: "GET",
  path: "/catalogs",
  permission: "catalogs.get",
  rateGroup: "catalogs",
  handle: ({ workspace }) =>
    success({
      catalogs: workspace.content.catalogs.map(({ name, description, fields, items }) => ({
        description: description ?? `Sandbox catalog ${name}`,
        fields: fields.map((field) => ({ ...field })),
        name,
        num_items: items.length,
        updated_at: "2024-01-01T00:00:00.000+00:00",
      })),
    }),
};

/** docs: api/endpoints/catalogs/catalog_items/synchronous/get_catalog_items_details_bulk: 50 a page */
export const catalogItemsList: Endpoint = {
  method: "GET",
  path: "/catalogs/{name}/items",
  permission: "catalogs.get_items",
  rateGroup: "catalog_items",
  handle: (call) => {
    const { name = "" } = call.parameters;
    const catalog = call.workspace.content.catalogs.find((each) => each.name === name);
    if (catalog === undefined) {
      const error = {
        id: "catalog-not-found",
        message: "Could not find catalog",
        parameters: ["catalog_name"],
      };
      return { status: 404, body: { errors: [error], message: "Invalid Request" } };
    }
    return cursorPage(call, `/catalogs/${encodeURIComponent(name)}/items`, "items", catalog.items, 50);
  },
};
