import type { JsonObject } from "../../json";
import type { Canvas } from "../campaigns";
import { type Call, type Endpoint, failure, success } from "../endpoint";
import { editedAfter, listOf, page, visible } from "./paging";
import { seriesDays } from "./series";

const MOST_DAYS = 14;

/** docs: api/endpoints/export/canvas/get_canvases */
export const canvasList: Endpoint = {
  method: "GET",
  path: "/canvas/list",
  permission: "canvas.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const edited = editedAfter(visible(workspace.canvases, query), query);
    if (typeof edited === "string") return failure(400, edited);
    return success({
      canvases: listOf(page(edited, query), (canvas) => ({
        id: canvas.id,
        last_edited: canvas.lastEdited,
        name: canvas.name,
        tags: canvas.tags,
      })),
    });
  },
};

/** docs: api/endpoints/export/canvas/get_canvas_details */
export const canvasDetails: Endpoint = {
  method: "GET",
  path: "/canvas/details",
  permission: "canvas.details",
  rateGroup: "default",
  handle: (call) => {
    const canvas = named(call);
    if (typeof canvas === "string") return failure(400, canvas);
    const step = `step-of-${canvas.id}`;
    return success({
      created_at: canvas.lastEdited,
      updated_at: canvas.lastEdited,
      name: canvas.name,
      description: `Sandbox Canvas ${canvas.name}`,
      archived: canvas.archived,
      draft: false,
      enabled: canvas.enabled,
      has_post_launch_draft: false,
      schedule_type: canvas.scheduleType,
      first_entry: null,
      last_entry: null,
      channels: ["email"],
      variants: [{ name: "Variant 1", id: `variant-of-${canvas.id}`, first_step_ids: [step] }],
      tags: canvas.tags,
      teams: [],
      steps: [
        { name: "Step 1", type: "message", id: step, next_paths: [], channels: ["email"], messages: {} },
      ],
    });
  },
};

/** docs: api/endpoints/export/canvas/get_canvas_analytics. `ending_at` is required there. */
export const canvasDataSeries: Endpoint = {
  method: "GET",
  path: "/canvas/data_series",
  permission: "canvas.data_series",
  rateGroup: "default",
  handle: (call) => {
    const canvas = named(call);
    if (typeof canvas === "string") return failure(400, canvas);
    const days = endingDays(call);
    if (typeof days === "string") return failure(400, days);
    const stats = days.map((day) => ({ time: day, ...statsOf(call, canvas, [day]) }));
    return success({ data: { name: canvas.name, stats } });
  },
};

/** docs: api/endpoints/export/canvas/get_canvas_analytics_summary */
export const canvasDataSummary: Endpoint = {
  method: "GET",
  path: "/canvas/data_summary",
  permission: "canvas.data_summary",
  rateGroup: "default",
  handle: (call) => {
    const canvas = named(call);
    if (typeof canvas === "string") return failure(400, canvas);
    const days = endingDays(call);
    if (typeof days === "string") return failure(400, days);
    return success({ data: { name: canvas.name, ...statsOf(call, canvas, days) } });
  },
};

function endingDays(call: Call): string[] | string {
  return call.query.has("ending_at") ? seriesDays(call, MOST_DAYS) : "'ending_at' is required";
}

function statsOf({ workspace, query }: Call, canvas: Canvas, days: readonly string[]): JsonObject {
  const entries = days.reduce((sum, day) => sum + workspace.statistics.at(`entries of ${canvas.id}`, day), 0);
  const total = { revenue: entries / 100, conversions: 0, conversions_by_entry_time: 0, entries };
  const asked = (what: string): boolean => query.get(`include_${what}_breakdown`) === "true";
  return {
    total_stats: total,
    ...(asked("variant")
      ? { variant_stats: { [`variant-of-${canvas.id}`]: { name: "Variant 1", ...total } } }
      : {}),
    ...(asked("step")
      ? {
          step_stats: {
            [`step-of-${canvas.id}`]: {
              name: "Step 1",
              revenue: 0,
              messages: { email: [{ sent: entries }] },
            },
          },
        }
      : {}),
  };
}

function named({ workspace, query }: Call): Canvas | string {
  const id = query.get("canvas_id");
  if (id === null || id === "") return "'canvas_id' is required";
  return workspace.canvases.find((canvas) => canvas.id === id) ?? `Invalid Canvas ID: ${id}`;
}
