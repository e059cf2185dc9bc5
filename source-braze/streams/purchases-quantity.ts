import schema from "@braze-connectors/spec/schemas/streams/purchases_quantity";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Items bought by day. Braze: api/endpoints/export/purchases/get_number_of_purchases */
export const purchasesQuantity = seriesStream({
  name: "purchases_quantity",
  schema,
  perApp: true,
  endpoint: {
    path: "/purchases/quantity_series",
    permission: "purchases.quantity_series",
    rateGroup: "events",
  },
  points: objectsAt("data"),
  longest: 100,
});
