import { type Call, type Endpoint, failure, success } from "../endpoint";
import { cursorPage } from "./cursor";
import { page } from "./paging";
import { ofApp, seriesAnswer } from "./series";

/** docs: api/endpoints/export/custom_events/get_custom_events: names alphabetically, 250 a page */
export const eventsList: Endpoint = {
  method: "GET",
  path: "/events/list",
  permission: "events.list",
  rateGroup: "custom_attributes",
  handle: (call) => success({ events: page(eventNames(call), call.query, 250) }),
};

/** docs: api/endpoints/export/custom_events/get_custom_events_data: 50 a page, next page in `Link` */
export const events: Endpoint = {
  method: "GET",
  path: "/events",
  permission: "events.get",
  rateGroup: "custom_attributes",
  handle: (call) => {
    const entries = eventNames(call).map((name) => ({
      name,
      description: `Sandbox event ${name}`,
      included_in_analytics_report: false,
      status: "Active",
      tag_names: [],
    }));
    return cursorPage(call, "/events", "events", entries, 50);
  },
};

/** docs: api/endpoints/export/custom_events/get_custom_events_analytics */
export const eventsDataSeries: Endpoint = {
  method: "GET",
  path: "/events/data_series",
  permission: "events.data_series",
  rateGroup: "default",
  handle: (call) => {
    const name = call.query.get("event");
    if (name === null || !eventNames(call).includes(name)) return failure(400, `Invalid event: ${name}`);
    const series = ofApp(`event ${name}`, call.query);
    return seriesAnswer(call, 100, (day) => ({ count: call.workspace.statistics.at(series, day) }));
  },
};

function eventNames({ workspace }: Call): string[] {
  const tracked = workspace.events.map(({ name }) => name);
  return [...new Set([...workspace.content.eventNames, ...tracked])].sort();
}
