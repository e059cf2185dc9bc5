import { seedContent, type WorkspaceOptions } from "../../index";
import type { JsonObject } from "../../json";
import { brazeForAllTests, caller } from "../../testing";

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const sandbox = brazeForAllTests({ clock: () => NOW_MS });

function open(options: WorkspaceOptions = {}, count = 3) {
  const workspace = sandbox.braze.createWorkspace(options);
  seedContent(workspace, count, NOW_MS);
  return { workspace, ...caller(sandbox.braze, workspace) };
}

const list = (value: unknown): JsonObject[] => value as JsonObject[];
const times = (data: unknown): unknown[] => list(data).map(({ time }) => time);

describe("lists of campaigns and Canvases", () => {
  it("can be limited to what was edited after a time", async () => {
    const { get } = open();
    const { body } = await get("/campaigns/list?last_edit.time[gt]=2026-04-02T12:00:00");
    expect(list(body.campaigns).map(({ id }) => id)).toEqual(["campaign-2"]);
    expect((await get("/canvas/list?last_edit.time[gt]=soon")).status).toBe(400);
  });
});

describe("data series", () => {
  it("have `length` days up to that of ending_at, numbers that stay, and those that were set", async () => {
    const { workspace, get } = open();
    workspace.statistics.set("dau", "2026-05-31", 7);
    const { body } = await get("/kpi/dau/data_series?length=3");
    expect(times(body.data)).toEqual(["2026-05-30", "2026-05-31", "2026-06-01"]);
    expect(list(body.data)[1]).toEqual({ time: "2026-05-31", dau: 7 });
    expect((await get("/kpi/dau/data_series?length=3")).body).toEqual(body);
    expect((await get("/kpi/dau/data_series?length=3&app_id=x")).body).not.toEqual(body);
  });

  it("have the days of the company, and none of the future", async () => {
    const { get } = open({ utcOffsetMinutes: 14 * 60 });
    expect(times((await get("/sessions/data_series?length=1")).body.data)).toEqual(["2026-06-02"]);
    const future = await get("/sessions/data_series?length=1&ending_at=2027-01-01");
    expect(times(future.body.data)).toEqual(["2026-06-02"]);
  });

  it.each([
    ["/campaigns/data_series?campaign_id=campaign-0&length=101", 400],
    ["/campaigns/data_series?campaign_id=nope&length=1", 400],
    ["/canvas/data_series?canvas_id=canvas-0&length=15&ending_at=2026-05-01", 400],
    ["/canvas/data_series?canvas_id=canvas-0&length=14", 400],
    ["/canvas/data_series?canvas_id=canvas-0&length=14&ending_at=2026-05-01", 200],
    ["/events/data_series?event=nope&length=1", 400],
    ["/feed/data_series?card_id=card-0&length=1", 200],
  ])("%s answers %i", async (path, status) => expect((await open().get(path)).status).toBe(status));

  it("of Canvases break down only what was asked for", async () => {
    const { get } = open();
    const path = "/canvas/data_summary?canvas_id=canvas-0&length=2&ending_at=2026-05-01";
    const plain = (await get(path)).body.data as JsonObject;
    expect(Object.keys(plain)).toEqual(["name", "total_stats"]);
    const broken = (await get(`${path}&include_variant_breakdown=true&include_step_breakdown=true`)).body
      .data;
    expect(Object.keys(broken as JsonObject)).toEqual(["name", "total_stats", "variant_stats", "step_stats"]);
  });
});

describe("pages", () => {
  it("of catalog items have a Link that is relative, and 404 for an unknown catalog", async () => {
    const { workspace, get } = open();
    workspace.content.catalogs[0]?.items.push(
      ...Array.from({ length: 60 }, (_, index) => ({ id: `x${index}` })),
    );
    const first = await get("/catalogs/catalog%200/items");
    expect(list(first.body.items)).toHaveLength(50);
    const next = /^<(\/catalogs\/catalog%200\/items\?cursor=[^>]+)>; rel="next"$/.exec(
      first.headers.get("link") ?? "",
    );
    const second = await get(next?.[1] ?? "/no-next-link");
    expect(list(second.body.items)).toHaveLength(13);
    expect(second.headers.get("link")).toMatch(/rel="prev"$/);
    expect((await get("/catalogs/none/items")).status).toBe(404);
    expect((await get("/catalogs/catalog%200/items?cursor=bad")).status).toBe(400);
  });

  it("of templates go by limit and offset, and an offset of 0 is refused", async () => {
    const { get } = open();
    const { body } = await get("/content_blocks/list?limit=2&offset=1");
    expect(list(body.content_blocks).map(({ name }) => name)).toEqual(["block_1", "block_2"]);
    for (const query of ["offset=0", "limit=0", "limit=1001", "modified_after=soon"])
      expect([query, (await get(`/content_blocks/list?${query}`)).status]).toEqual([query, 400]);
    const modified = await get("/templates/email/list?modified_after=2026-05-02T12:00:00");
    expect(list(modified.body.templates)).toHaveLength(1);
  });

  it("of names hold 250 events and 40 products", async () => {
    const { workspace, get } = open();
    workspace.content.eventNames.push(...Array.from({ length: 250 }, (_, index) => `e${index}`));
    expect((await get("/events/list")).body.events).toHaveLength(250);
    expect((await get("/events/list?page=1")).body.events).toHaveLength(3);
    expect(list((await get("/events")).body.events)).toHaveLength(50);
  });
});

describe("what happened between two days", () => {
  it("is listed newest first, midnight to midnight", async () => {
    const { get } = open();
    const { body } = await get("/email/hard_bounces?start_date=2026-04-03&end_date=2026-06-02");
    expect(list(body.emails).map(({ email }) => email)).toEqual([
      "bounced-0@example.com",
      "bounced-1@example.com",
    ]);
    expect(
      (await get("/sms/invalid_phone_numbers?start_date=2026-05-12&end_date=2026-05-13")).body.sms,
    ).toHaveLength(1);
    expect((await get("/email/unsubscribes?start_date=2026-05-13&end_date=2026-05-13")).status).toBe(400);
    expect((await get("/email/unsubscribes?end_date=2026-05-13")).status).toBe(400);
  });
});

describe("limits", () => {
  it("of catalogs are 50 a minute, apart from those of their items", async () => {
    const { get } = open({ limits: { perMinute: { catalogs: 2 } } });
    expect((await get("/catalogs")).headers.get("x-ratelimit-remaining")).toBe("1");
    expect((await get("/catalogs")).status).toBe(200);
    const refused = await get("/catalogs");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-retry-after")).toBe("60");
    expect((await get("/catalogs/catalog%200/items")).headers.get("x-ratelimit-limit")).toBe("50");
  });
});

describe("the global control group", () => {
  it("is exported like a segment, but no list shows it", async () => {
    const { workspace, get, post } = open();
    const answer = await post("/users/export/global_control_group", { fields_to_export: ["braze_id"] });
    expect(answer).toMatchObject({ status: 201, body: { message: "success", url: expect.any(String) } });
    await workspace.exports[0]?.finished;
    expect((await get("/segments/list")).body.segments).toEqual([]);
    const none = caller(sandbox.braze, sandbox.braze.createWorkspace());
    expect(
      (await none.post("/users/export/global_control_group", { fields_to_export: ["email"] })).status,
    ).toBe(400);
  });
});
