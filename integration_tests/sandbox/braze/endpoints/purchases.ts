import { type Call, type Endpoint, success } from "../endpoint";
import { page } from "./paging";
import { ofApp, seriesAnswer } from "./series";

/** docs: api/endpoints/export/purchases/get_list_product_id. How many a page holds is assumed. */
export const productList: Endpoint = {
  method: "GET",
  path: "/purchases/product_list",
  permission: "purchases.product_list",
  rateGroup: "custom_attributes",
  handle: (call) => success({ products: page(products(call), call.query, 40) }),
};

/** docs: api/endpoints/export/purchases/get_number_of_purchases */
export const quantitySeries: Endpoint = {
  method: "GET",
  path: "/purchases/quantity_series",
  permission: "purchases.quantity_series",
  rateGroup: "custom_attributes",
  handle: (call) => {
    const series = ofApp("purchase_quantity", call.query);
    return seriesAnswer(call, 100, (day) => ({
      purchase_quantity: call.workspace.statistics.at(series, day),
    }));
  },
};

/** docs: api/endpoints/export/purchases/get_revenue_series */
export const revenueSeries: Endpoint = {
  method: "GET",
  path: "/purchases/revenue_series",
  permission: "purchases.revenue_series",
  rateGroup: "custom_attributes",
  handle: (call) => {
    const series = ofApp("revenue", call.query);
    return seriesAnswer(call, 100, (day) => ({ revenue: call.workspace.statistics.at(series, day) / 100 }));
  },
};

function products({ workspace }: Call): string[] {
  const bought = workspace.purchases.map(({ product_id }) => product_id);
  return [...new Set([...workspace.content.products, ...bought])].sort();
}
