/** source-braze reads what Braze's read endpoints tell, from its executable's point of view. */
import type { AirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { configure, type Finished, run } from "./harness";
import type { Workspace } from "./sandbox";
import { column, day, expectComplete, queriesOf, StreamsWorld } from "./source-streams-world";

const world = StreamsWorld.forAllTests();

describe("all streams", () => {
  let workspace: Workspace;
  let catalog: AirbyteCatalog;
  let finished: Finished;
  beforeAll(async () => {
    workspace = world.seeded();
    const config = world.configOf(workspace, { app_ids: ["app-1", "app-2"] });
    catalog = (await run("source-braze", "discover", { config })).catalog;
    finished = await run("source-braze", "read", { config, catalog: configure(catalog) });
  });

  test("are offered, those of series and of lists with an edit time incrementally", () => {
    expect(catalog.streams.length).toBeGreaterThanOrEqual(38);
    const byName = Object.fromEntries(catalog.streams.map((stream) => [stream.name, stream]));
    expect(byName.campaigns_analytics).toMatchObject({
      supported_sync_modes: ["full_refresh", "incremental"],
      source_defined_cursor: true,
      default_cursor_field: ["time"],
      source_defined_primary_key: [["campaign_id"], ["time"]],
    });
    expect(byName.kpi_daily_new_users?.source_defined_primary_key).toEqual([["app_id"], ["time"]]);
    expect(byName.campaigns?.default_cursor_field).toEqual(["last_edited"]);
    expect(byName.campaigns_details?.supported_sync_modes).toEqual(["full_refresh"]);
    expect(byName.catalog_items?.json_schema).toMatchObject({
      properties: { catalog_name: {}, id: {}, title: {}, price: { type: ["null", "number"] } },
    });
  });

  test("are read to their ends", () => {
    expectComplete(
      finished,
      catalog.streams.map(({ name }) => name),
    );
    for (const { name } of catalog.streams)
      expect([name, finished.records(name).length > 0]).toEqual([name, true]);
    expect(finished.logs("WARN")).toEqual([]);
  });

  test("have records that are what their schema says, each key once", () => {
    const ajv = new Ajv({ strict: false });
    addFormats(ajv);
    for (const { name, json_schema, source_defined_primary_key = [] } of catalog.streams) {
      const validate = ajv.compile(json_schema);
      const keys = new Set<string>();
      for (const { data } of finished.records(name)) {
        expect([name, validate(data), validate.errors]).toEqual([name, true, null]);
        keys.add(JSON.stringify(source_defined_primary_key.map(([part = ""]) => data[part])));
      }
      expect([name, keys.size]).toEqual([name, finished.records(name).length]);
    }
  });

  test("have what the workspace has", () => {
    expect(column(finished, "campaigns_details", "campaign_id")).toEqual([
      "campaign-0",
      "campaign-1",
      "campaign-2",
    ]);
    expect(column(finished, "events", "event_name")).toEqual(["event 0", "event 1", "event 2"]);
    expect(finished.records("catalog_items")).toHaveLength(3 + 4 + 5);
    expect(finished.records("cdi_job_sync_status")).toHaveLength(9);
    expect(column(finished, "content_block_translations", "locale_id")).toEqual([
      "locale-es-MX",
      "locale-zh-HK",
    ]);
    expect(column(finished, "email_hard_bounces", "email")).toEqual(["bounced-0@example.com"]);
    expect(column(finished, "sdk_authentication_keys", "app_id")).toEqual(["app-1", "app-1", "app-1"]);
    expect(finished.records("events_analytics")[0]?.data).toMatchObject({
      event_id: "event 0",
      app_id: "app-1",
    });
    expect(finished.records("canvases_analytics")[0]?.data).toMatchObject({
      canvas_id: "canvas-0",
      total_stats: { entries: workspace.statistics.at("entries of canvas-0", day(30)) },
      step_stats: { "step-of-canvas-0": {} },
    });
  });

  test("fetch a list that several of them need once", () => {
    for (const path of [
      "/campaigns/list",
      "/canvas/list",
      "/feed/list",
      "/content_blocks/list",
      "/cdi/integrations",
    ])
      expect([path, workspace.stats.byPath[path]]).toEqual([path, { 200: 1 }]);
  });

  test("never ask for more days than an endpoint gives", () => {
    for (const query of queriesOf(workspace, "/canvas/data_series"))
      expect(Number(query.get("length"))).toBeLessThanOrEqual(14);
  });
});
