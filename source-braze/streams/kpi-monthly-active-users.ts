import schema from "@braze-connectors/spec/schemas/streams/kpi_monthly_active_users";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Active users of 30 days, by day. Braze: api/endpoints/export/kpi/get_kpi_mau_30_days */
export const kpiMonthlyActiveUsers = seriesStream({
  name: "kpi_monthly_active_users",
  schema,
  perApp: true,
  endpoint: { path: "/kpi/mau/data_series", permission: "kpi.mau.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
