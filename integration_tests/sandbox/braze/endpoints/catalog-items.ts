import type { Catalog } from "../content";
import { type Endpoint, success } from "../endpoint";
import { write } from "../writing";
import { catalogNotFound, invalidRequest } from "./catalog-errors";
import { fittingItems, type Item, requestedItems } from "./catalog-item-checks";
import { arrayChange, changedArray } from "./catalog-values";
import { catalogNamed } from "./catalogs";

/** What one item of a request does; `before` is the item of the same id, if there is one. */
type Change = (before: Item | undefined, item: Item) => Item | "delete" | "nothing";

/**
 * Writing endpoints of catalog items: the whole request is refused for one wrong item; what is accepted
 * happens later, and what can't be done then is passed over without a word.
 */
const writing = (method: Endpoint["method"], permission: string, change: Change): Endpoint => ({
  method,
  path: "/catalogs/{name}/items",
  permission,
  rateGroup: "catalog_items_write",
  handle: async (call) => {
    const { workspace, body, nowMs, parameters } = call;
    const catalog = catalogNamed(call);
    if (catalog === undefined) return catalogNotFound(parameters.name ?? "");
    const requested = requestedItems(body.items);
    if (requested.errors !== undefined) return invalidRequest(requested.errors);
    const checked =
      method === "DELETE" ? requested : fittingItems(catalog, requested.items, method === "PATCH");
    if (checked.errors !== undefined) return invalidRequest(checked.errors);
    const { items } = checked;
    await write(
      workspace,
      nowMs,
      () => items.map(({ id }) => `catalog_item:${catalog.name}/${id}`),
      () => {
        apply(catalog, items, change);
        catalog.updated_at = new Date(workspace.clock()).toISOString();
      },
    );
    return success({}, 202);
  },
});

function apply(catalog: Catalog, items: readonly Item[], change: Change): void {
  const stored = new Map(catalog.items.map((item) => [item.id, item]));
  for (const item of items) {
    const after = change(stored.get(item.id), item);
    if (after === "delete") stored.delete(item.id);
    else if (after !== "nothing") stored.set(item.id, after);
  }
  catalog.items = [...stored.values()];
}

/** docs: patch_catalog_items_bulk: "edit multiple existing items". */
function edited(before: Item, item: Item): Item {
  const after: Item = { ...before };
  for (const [name, value] of Object.entries(item)) {
    const changes = arrayChange(value);
    after[name] = changes === undefined ? value : changedArray(before[name], changes);
  }
  return after;
}

export const catalogItemsEndpoints: readonly Endpoint[] = [
  /** docs: post_create_catalog_items_bulk. That an item that exists is left as it is, is assumed. */
  writing("POST", "catalogs.add_items", (before, item) => (before === undefined ? item : "nothing")),
  /** docs: put_update_catalog_items: "If a catalog item doesn't exist, this endpoint will create the item". */
  writing("PUT", "catalogs.replace_items", (_, item) => item),
  writing("PATCH", "catalogs.update_items", (before, item) =>
    before === undefined ? "nothing" : edited(before, item),
  ),
  /** docs: delete_catalog_items_bulk */
  writing("DELETE", "catalogs.delete_items", () => "delete"),
];
