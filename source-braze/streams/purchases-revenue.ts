import schema from "@braze-connectors/spec/schemas/streams/purchases_revenue";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Money spent by day. Braze: api/endpoints/export/purchases/get_revenue_series */
export const purchasesRevenue = seriesStream({
  name: "purchases_revenue",
  schema,
  perApp: true,
  endpoint: {
    path: "/purchases/revenue_series",
    permission: "purchases.revenue_series",
    rateGroup: "events",
  },
  points: objectsAt("data"),
  longest: 100,
});
