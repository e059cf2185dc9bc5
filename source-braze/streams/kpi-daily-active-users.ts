import schema from "@braze-connectors/spec/schemas/streams/kpi_daily_active_users";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Active users by day. Braze: api/endpoints/export/kpi/get_kpi_dau_date */
export const kpiDailyActiveUsers = seriesStream({
  name: "kpi_daily_active_users",
  schema,
  perApp: true,
  endpoint: { path: "/kpi/dau/data_series", permission: "kpi.dau.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
