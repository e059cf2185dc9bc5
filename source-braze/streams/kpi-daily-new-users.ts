import schema from "@braze-connectors/spec/schemas/streams/kpi_daily_new_users";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** New users by day. Braze: api/endpoints/export/kpi/get_kpi_daily_new_users_date */
export const kpiDailyNewUsers = seriesStream({
  name: "kpi_daily_new_users",
  schema,
  perApp: true,
  endpoint: { path: "/kpi/new_users/data_series", permission: "kpi.new_users.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
