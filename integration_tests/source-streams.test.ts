/** source-braze reads what Braze's read endpoints tell, from its executable's point of view. */
import type { AirbyteCatalog, ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { configure, type Finished, run, start } from "./harness";
import {
  awkwardUser,
  type SandboxBraze,
  type Segment,
  seedContent,
  startBraze,
  type Workspace,
  type WorkspaceOptions,
} from "./sandbox";
import { addSegment, SourceWorld } from "./source-world";

let braze: SandboxBraze;
beforeAll(async () => {
  braze = await startBraze();
});
afterAll(() => braze.close());

const dayMs = 86_400_000;
const day = (ago: number): string => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);

function seeded(options: WorkspaceOptions = {}, count = 3): Workspace {
  const workspace = braze.createWorkspace(options);
  seedContent(workspace, count);
  for (let index = 0; index < count; index += 1)
    workspace.createSegment({ id: `segment-${index}`, name: `Segment ${index}` });
  return workspace;
}

const configOf = (workspace: Workspace, more: object = {}) => ({
  url: braze.url,
  api_key: workspace.apiKey,
  start_date: day(30),
  segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.2, timeout_minutes: 0.5 },
  ...more,
});

/** A configured catalog of some streams, without asking `discover`. */
const catalogOf = (names: string[], sync_mode: "full_refresh" | "incremental" = "full_refresh") =>
  ({
    streams: names.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: [sync_mode] },
      sync_mode,
      destination_sync_mode: "append",
    })),
  }) as ConfiguredAirbyteCatalog;

const read = (workspace: Workspace, names: string[], options: { config?: object; state?: object } = {}) =>
  run("source-braze", "read", {
    config: configOf(workspace, options.config),
    catalog: catalogOf(names),
    ...(options.state === undefined ? {} : { state: options.state }),
  });

const readNew = (workspace: Workspace, names: string[], state: object = [], config: object = {}) =>
  run("source-braze", "read", {
    config: configOf(workspace, config),
    catalog: catalogOf(names, "incremental"),
    state,
  });

const column = (finished: Finished, stream: string, name: string): unknown[] =>
  finished.records(stream).map(({ data }) => data[name]);

function expectComplete(finished: Finished, names: string[]): void {
  expect(finished.errors).toEqual([]);
  expect(finished.invalidLines).toEqual([]);
  expect(finished.exitCode).toBe(0);
  for (const name of names) expect(finished.statuses(name).at(-1)).toBe("COMPLETE");
  const counted = finished.states.reduce((sum, state) => sum + (state.sourceStats?.recordCount ?? 0), 0);
  expect(counted).toBe(finished.records().length);
}

const requestsOf = (workspace: Workspace, path: string): URLSearchParams[] =>
  workspace.requests
    .filter((request) => request.path.split("?")[0] === path)
    .map((request) => new URL(request.path, braze.url).searchParams);

describe("all streams", () => {
  let workspace: Workspace;
  let catalog: AirbyteCatalog;
  let finished: Finished;
  beforeAll(async () => {
    workspace = seeded();
    const config = configOf(workspace, { app_ids: ["app-1", "app-2"] });
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
    for (const query of requestsOf(workspace, "/canvas/data_series"))
      expect(Number(query.get("length"))).toBeLessThanOrEqual(14);
  });
});

describe("long lists", () => {
  test("are read page by page, of every kind of paging", async () => {
    const workspace = braze.createWorkspace({ logRequests: 0 });
    for (let index = 0; index < 205; index += 1) workspace.createCampaign({ name: `Campaign ${index}` });
    const { content } = workspace;
    content.eventNames.push(...Array.from({ length: 260 }, (_, index) => `event ${index}`));
    content.products.push(...Array.from({ length: 90 }, (_, index) => `product ${index}`));
    content.emailTemplates.push(
      ...Array.from({ length: 1005 }, (_, index) => ({
        email_template_id: `template-${index}`,
        template_name: "t",
        updated_at: "2024-01-01T00:00:00Z",
      })),
    );
    content.catalogs.push({
      name: "big & odd",
      fields: [],
      items: Array.from({ length: 120 }, (_, index) => ({ id: `item-${index}` })),
    });
    const names = ["campaigns", "events", "custom_events", "products", "email_templates", "catalog_items"];
    const finished = await read(workspace, names);
    expectComplete(finished, names);
    expect(names.map((name) => finished.records(name).length)).toEqual([205, 260, 260, 90, 1005, 120]);
    expect(new Set(column(finished, "email_templates", "email_template_id")).size).toBe(1005);
    expect(workspace.stats.byPath["/events"]).toEqual({ 200: 6 });
  });

  test("that lead in a circle end in an error, and the other streams go on", async () => {
    const workspace = seeded();
    workspace.faults.add({
      kind: "status",
      status: 200,
      path: "/events",
      times: Number.POSITIVE_INFINITY,
      body: { events: [{ name: "again" }] },
      headers: { link: '</events?cursor=again>; rel="next"' },
    });
    const finished = await read(workspace, ["custom_events", "events"]);
    expect(finished.exitCode).toBe(1);
    expect(finished.statuses("custom_events").at(-1)).toBe("INCOMPLETE");
    expect(finished.errors).toMatchObject([
      { failure_type: "transient_error", message: expect.stringContaining("circle") },
    ]);
    expect(finished.statuses("events").at(-1)).toBe("COMPLETE");
  });

  test("discover needs few requests for 1,000 custom attributes and 500 segments", async () => {
    const workspace = seeded();
    for (let index = 0; index < 1000; index += 1)
      workspace.defineCustomAttribute(`number ${index}`, "Number");
    for (let index = 0; index < 500; index += 1) workspace.createSegment({ name: `Segment ${index}` });
    const startedMs = Date.now();
    const config = configOf(workspace, { segment_ids: ["segment-0"] });
    const { catalog } = await run("source-braze", "discover", { config });
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    expect(workspace.stats.total).toBeLessThan(30);
    const users = catalog.streams.find(({ name }) => name === "segment_users");
    expect(users?.json_schema).toMatchObject({
      properties: { custom_attributes: { properties: { "number 999": { type: ["null", "number"] } } } },
    });
  });
});

describe("an incremental sync", () => {
  const names = ["campaigns", "campaigns_analytics", "kpi_daily_new_users", "email_unsubscribes"];

  test("brings what changed: edits, the current day, new objects from the start", async () => {
    const workspace = seeded();
    const first = await readNew(workspace, names);
    expectComplete(first, names);
    expect(first.records("campaigns_analytics")).toHaveLength(3 * 31);
    expect(first.records("kpi_daily_new_users")).toHaveLength(31);

    workspace.statistics.set("new_users", day(0), 4711);
    workspace.campaigns.splice(0, 1);
    workspace.createCampaign({ id: "campaign-new", name: "New" });
    workspace.content.unsubscribes.push({ who: "new@example.com", at: new Date().toISOString() });
    const second = await readNew(workspace, names, first.stateFile);
    expectComplete(second, names);
    expect(column(second, "campaigns", "id")).toEqual(["campaign-new"]);
    expect(second.records("kpi_daily_new_users").map(({ data }) => data)).toEqual([
      { time: day(0), new_users: 4711 },
    ]);
    expect(column(second, "email_unsubscribes", "email")).toEqual(["new@example.com"]);
    const points = second.records("campaigns_analytics").map(({ data }) => [data.campaign_id, data.time]);
    expect(points.filter(([id]) => id !== "campaign-new")).toEqual([
      ["campaign-1", day(0)],
      ["campaign-2", day(0)],
    ]);
    expect(points.filter(([id]) => id === "campaign-new")).toHaveLength(31);

    // The campaign that was gone for a while comes back, and goes on where it was.
    workspace.createCampaign({ id: "campaign-0", name: "Campaign 0" });
    const third = await readNew(workspace, names, second.stateFile);
    expect(column(third, "campaigns_analytics", "campaign_id").sort()).toEqual([
      "campaign-0",
      "campaign-1",
      "campaign-2",
      "campaign-new",
    ]);
  });

  test("of a list alone lets Braze filter", async () => {
    const workspace = seeded();
    const first = await readNew(workspace, ["campaigns", "content_blocks"]);
    const second = await readNew(workspace, ["campaigns", "content_blocks"], first.stateFile);
    expect(second.records()).toEqual([]);
    expect(requestsOf(workspace, "/campaigns/list").at(-1)?.has("last_edit.time[gt]")).toBe(true);
    expect(requestsOf(workspace, "/content_blocks/list").at(-1)?.has("modified_after")).toBe(true);
  });

  test("goes on from a state of the official connector", async () => {
    const workspace = seeded();
    const stream = (name: string, stream_state: object) => ({
      type: "STREAM",
      stream: { stream_descriptor: { name }, stream_state },
    });
    const finished = await readNew(
      workspace,
      ["campaigns_analytics", "kpi_daily_new_users"],
      [
        stream("campaigns_analytics", {
          use_global_cursor: false,
          states: [{ partition: { campaign_id: "campaign-1", parent_slice: {} }, cursor: { time: day(3) } }],
        }),
        stream("kpi_daily_new_users", { time: day(2) }),
      ],
    );
    expect(column(finished, "kpi_daily_new_users", "time")).toEqual([day(2), day(1), day(0)]);
    const ids = column(finished, "campaigns_analytics", "campaign_id");
    expect(ids.filter((id) => id === "campaign-1")).toHaveLength(4);
    expect(ids.filter((id) => id === "campaign-0")).toHaveLength(31);
  });

  test("that was stopped goes on from its last state, and no day is missing", async () => {
    const workspace = seeded({}, 40);
    const faults = workspace.faults.add({
      kind: "delay",
      delayMs: 30,
      path: "/campaigns/data_series",
      times: Number.POSITIVE_INFINITY,
    });
    const catalog = catalogOf(["campaigns_analytics"], "incremental");
    const running = await start("source-braze", "read", { config: configOf(workspace), catalog });
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    faults.remove();
    expect(stopped.statuses("campaigns_analytics").at(-1)).toBe("INCOMPLETE");
    expect(stopped.errors).toEqual([]);

    const rest = await readNew(workspace, ["campaigns_analytics"], stopped.stateFile);
    expectComplete(rest, ["campaigns_analytics"]);
    expect(rest.records().length).toBeLessThan(40 * 31);
    const points = [...stopped.records(), ...rest.records()].map(
      ({ data }) => `${data.campaign_id} ${data.time}`,
    );
    expect(new Set(points).size).toBe(40 * 31);
  });

  test.each([
    ["far east", 14 * 60],
    ["far west", -12 * 60],
  ])("of a company in the %s has every day of its own calendar once", async (_, utcOffsetMinutes) => {
    const workspace = seeded({ utcOffsetMinutes }, 1);
    const local = (ago: number): string =>
      new Date(Date.now() + utcOffsetMinutes * 60_000 - ago * dayMs).toISOString().slice(0, 10);
    const finished = await readNew(workspace, ["canvases_analytics"], [], { start_date: local(40) });
    expect(column(finished, "canvases_analytics", "time")).toEqual(
      Array.from({ length: 41 }, (_, index) => local(40 - index)),
    );
    const again = await readNew(workspace, ["canvases_analytics"], finished.stateFile, {
      start_date: local(40),
    });
    expect(column(again, "canvases_analytics", "time")).toContain(local(0));
    expect(again.records().length).toBeLessThanOrEqual(2);
  });
});

describe("when Braze refuses", () => {
  test("one object, it is skipped with a WARN that counts", async () => {
    const workspace = seeded();
    workspace.faults.add({
      kind: "status",
      status: 404,
      path: "/campaigns/details",
      when: ({ query }) => query.get("campaign_id") === "campaign-1",
    });
    const finished = await read(workspace, ["campaigns_details"]);
    expectComplete(finished, ["campaigns_details"]);
    expect(column(finished, "campaigns_details", "campaign_id")).toEqual(["campaign-0", "campaign-2"]);
    expect(finished.logs("WARN")).toEqual([expect.stringContaining("1 object skipped")]);
  });

  test("a permission, that stream fails and says which, and the others go on", async () => {
    const workspace = seeded({ permissions: ["campaigns.list", "segments.list"] });
    const finished = await read(workspace, ["campaigns_details", "canvases_details", "segments"]);
    expect(finished.exitCode).toBe(1);
    expect(finished.statuses("campaigns_details")).toEqual(["STARTED", "INCOMPLETE"]);
    expect(finished.statuses("canvases_details")).toEqual(["STARTED", "INCOMPLETE"]);
    expect(finished.statuses("segments")).toEqual(["STARTED", "RUNNING", "COMPLETE"]);
    expect(
      finished.errors.map(({ failure_type, stream_descriptor }) => [failure_type, stream_descriptor?.name]),
    ).toEqual([
      ["config_error", "campaigns_details"],
      ["config_error", "canvases_details"],
    ]);
    expect(finished.errors[0]?.message).toContain("campaigns.details");
    expect(finished.errors[1]?.message).toContain("canvas.list");
  });

  test("the fields of catalogs, discover offers the stream without them", async () => {
    const workspace = seeded({ permissions: ["campaigns.list"] });
    const finished = await run("source-braze", "discover", { config: configOf(workspace) });
    const items = finished.catalog.streams.find(({ name }) => name === "catalog_items");
    expect(Object.keys(items?.json_schema.properties as object)).toEqual(["catalog_name", "id"]);
    expect(finished.logs("WARN")).toContainEqual(expect.stringContaining("catalogs.get"));
  });

  test("for the rate limit, the sync waits and loses nothing", async () => {
    const workspace = seeded();
    workspace.faults.add({
      kind: "rate_limited",
      path: "/campaigns/details",
      retryAfterSeconds: 1,
      times: 2,
    });
    const finished = await read(workspace, ["campaigns_details"]);
    expectComplete(finished, ["campaigns_details"]);
    expect(finished.records()).toHaveLength(3);
  });
});

describe("the global control group", () => {
  const name = "global_control_group_users";
  let world: SourceWorld;
  beforeAll(async () => {
    world = await SourceWorld.start();
  });
  afterAll(() => world.close());

  const readGroup = (config: object) => run("source-braze", "read", { config, catalog: catalogOf([name]) });

  async function exportGroup(workspace: Workspace, configFor: (segments: Segment[]) => BrazeSourceConfig) {
    workspace.createControlGroup({ generate: awkwardUser, size: 100 });
    const config = configFor([addSegment(workspace, 10)]);
    await world.read(config);
    const finished = await readGroup(config);
    expectComplete(finished, [name]);
    expect(finished.records()).toHaveLength(100);
    const [first] = finished.records();
    expect(first?.data).toMatchObject({ braze_id: expect.any(String), exported_at: expect.any(String) });
    expect(first?.data).not.toHaveProperty("segment_id");
  }

  test("is exported by way of the bucket, among the exports of others", async () => {
    const workspace = world.withStorage({ usersPerFile: 40 });
    await exportGroup(workspace, (segments) => world.storageConfig(workspace, segments));
  });

  test("is exported by way of a download link", async () => {
    const workspace = world.withLink();
    await exportGroup(workspace, (segments) => world.linkConfig(workspace, segments));
  });

  test("that does not exist is a config_error", async () => {
    const workspace = world.withLink();
    const finished = await readGroup(world.linkConfig(workspace, []));
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringContaining("global control group") },
    ]);
  });
});

describe("children", () => {
  test("are read several at once, a bounded number, and in order all the same", async () => {
    const workspace = seeded({}, 40);
    let delayMs = 0;
    for (const when of [
      () => true,
      // The first ones take longest.
      () => {
        delayMs += 1;
        return delayMs % 8 === 1;
      },
    ]) {
      workspace.faults.add({
        kind: "delay",
        delayMs: 25,
        path: "/campaigns/details",
        when,
        times: Number.POSITIVE_INFINITY,
      });
    }
    const finished = await read(workspace, ["campaigns_details"]);
    expect(column(finished, "campaigns_details", "campaign_id")).toEqual(
      Array.from({ length: 40 }, (_, index) => `campaign-${index}`),
    );
    expect(workspace.stats.maxInFlight).toBeGreaterThan(2);
    expect(workspace.stats.maxInFlight).toBeLessThanOrEqual(8);
  });
});
