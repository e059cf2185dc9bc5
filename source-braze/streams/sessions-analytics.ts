import schema from "@braze-connectors/spec/schemas/streams/sessions_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";

/** Sessions by day. Braze: api/endpoints/export/sessions/get_sessions_analytics */
export const sessionsAnalytics = seriesStream({
  name: "sessions_analytics",
  schema,
  perApp: true,
  endpoint: { path: "/sessions/data_series", permission: "sessions.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
