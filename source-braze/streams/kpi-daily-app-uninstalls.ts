import schema from "@braze-connectors/spec/schemas/streams/kpi_daily_app_uninstalls";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Uninstalls by day. Braze: api/endpoints/export/kpi/get_kpi_uninstalls_date */
export const kpiDailyAppUninstalls = seriesStream({
  name: "kpi_daily_app_uninstalls",
  schema,
  perApp: true,
  endpoint: { path: "/kpi/uninstalls/data_series", permission: "kpi.uninstalls.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
