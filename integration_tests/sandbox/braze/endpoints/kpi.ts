import type { Endpoint } from "../endpoint";
import { ofApp, seriesAnswer } from "./series";

/** A daily series of the workspace, or of the app that `app_id` names. */
const dailySeries = (path: string, column: string, permission: string): Endpoint => ({
  method: "GET",
  path,
  permission,
  rateGroup: "default",
  handle: (call) => {
    const series = ofApp(column, call.query);
    return seriesAnswer(call, 100, (day) => ({ [column]: call.workspace.statistics.at(series, day) }));
  },
});

/** docs: api/endpoints/export/kpi and api/endpoints/export/sessions */
export const dailySeriesEndpoints: readonly Endpoint[] = [
  dailySeries("/kpi/new_users/data_series", "new_users", "kpi.new_users.data_series"),
  dailySeries("/kpi/dau/data_series", "dau", "kpi.dau.data_series"),
  dailySeries("/kpi/mau/data_series", "mau", "kpi.mau.data_series"),
  dailySeries("/kpi/uninstalls/data_series", "uninstalls", "kpi.uninstalls.data_series"),
  dailySeries("/sessions/data_series", "sessions", "sessions.data_series"),
];
