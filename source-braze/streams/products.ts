import schema from "@braze-connectors/spec/schemas/streams/products";
import { stringsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** Products that were bought; how many a page holds is not documented. Braze: api/endpoints/export/purchases/get_list_product_id */
export const products = listStream({
  name: "products",
  schema,
  primaryKey: ["product_id"],
  endpoint: { path: "/purchases/product_list", permission: "purchases.product_list", rateGroup: "events" },
  entries: stringsAt("products", "product_id"),
  paging: pageNumbers(),
});
