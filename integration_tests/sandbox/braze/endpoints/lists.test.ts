import type { WorkspaceOptions } from "../../index";
import type { JsonObject } from "../../json";
import { brazeForAllTests, caller } from "../../testing";

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const sandbox = brazeForAllTests({ clock: () => NOW_MS });

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  return { workspace, ...caller(sandbox.braze, workspace) };
}

const names = (list: unknown) => (list as JsonObject[]).map(({ name }) => name);

describe("segments", () => {
  it("come in pages of 100, oldest first, without archived ones", async () => {
    const { workspace, get } = open();
    for (let number = 0; number < 101; number += 1) workspace.createSegment({ name: `s${number}` });
    workspace.createSegment({ name: "archived", archived: true });
    const first = await get("/segments/list");
    expect(names(first.body.segments)).toHaveLength(100);
    expect(names(first.body.segments)[0]).toBe("s0");
    expect(names((await get("/segments/list?page=1")).body.segments)).toEqual(["s100"]);
    expect(names((await get("/segments/list?page=2")).body.segments)).toEqual([]);
    expect(names((await get("/segments/list?sort_direction=desc")).body.segments)[0]).toBe("s100");
  });

  it("tell details and size", async () => {
    const { workspace, get } = open();
    workspace.users.seed([{ external_id: "a", custom_attributes: { vip: true } }, { external_id: "b" }]);
    const vip = workspace.createSegment({
      name: "vip",
      tags: ["t"],
      filter: (user) => user.custom_attributes.vip === true,
    });
    expect((await get(`/segments/details?segment_id=${vip.id}`)).body).toMatchObject({
      message: "success",
      name: "vip",
      tags: ["t"],
    });
    const series = await get(`/segments/data_series?segment_id=${vip.id}&length=3&ending_at=2026-01-02`);
    expect(series.body.data).toEqual([
      { time: "2025-12-31", size: 1 },
      { time: "2026-01-01", size: 1 },
      { time: "2026-01-02", size: 1 },
    ]);
    const pretended = workspace.createSegment({ name: "pretended", size: 7, filter: () => false });
    const { body } = await get(`/segments/data_series?segment_id=${pretended.id}&length=1`);
    expect(body.data).toEqual([{ time: "2026-06-01", size: 7 }]);
  });

  it("refuse unknown ids and lengths", async () => {
    const { workspace, get } = open();
    const { id } = workspace.createSegment({ name: "s" });
    expect((await get("/segments/details?segment_id=nope")).status).toBe(400);
    expect((await get("/segments/details")).status).toBe(400);
    expect((await get(`/segments/data_series?segment_id=${id}`)).status).toBe(400);
    expect((await get(`/segments/data_series?segment_id=${id}&length=101`)).status).toBe(400);
  });
});

describe("campaigns and canvases", () => {
  it("leave archived ones out unless asked for", async () => {
    const { workspace, get } = open();
    workspace.createCampaign({ name: "live", isApiCampaign: true, tags: ["t"] });
    workspace.createCampaign({ name: "archived", archived: true });
    workspace.createCanvas({ name: "canvas" });
    const { body } = await get("/campaigns/list");
    expect(body.campaigns).toMatchObject([{ name: "live", is_api_campaign: true, tags: ["t"] }]);
    expect(names((await get("/campaigns/list?include_archived=true")).body.campaigns)).toEqual([
      "live",
      "archived",
    ]);
    expect(names((await get("/canvas/list")).body.canvases)).toEqual(["canvas"]);
  });
});

describe("custom attributes", () => {
  it("are known by what was seeded and tracked, typed, 50 a page with a Link to the next", async () => {
    const { workspace, track, get } = open();
    workspace.users.seed([
      { external_id: "a", custom_attributes: { number: 1, list: ["a"], when: "2026-01-01" } },
    ]);
    await track({
      attributes: [{ external_id: "a", text: "t", flag: true, object: { a: 1 }, objects: [{ a: 1 }] }],
    });
    for (let number = 0; number < 50; number += 1) workspace.defineCustomAttribute(`z${number}`, "String");
    const first = await get("/custom_attributes");
    const types = Object.fromEntries(
      (first.body.attributes as JsonObject[]).map(({ name, data_type }) => [name, data_type]),
    );
    expect(types).toMatchObject({
      number: "Number",
      list: "Array",
      when: "Time",
      text: "String",
      flag: "Boolean",
      object: "Object",
      objects: "Object Array",
    });
    expect(Object.keys(types)).toHaveLength(50);
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    const second = await get(next.slice(sandbox.braze.url.length));
    expect(second.body.attributes).toHaveLength(7);
    expect(second.headers.get("link")).toMatch(/^<[^>]+>; rel="prev"$/);
    expect((await get("/custom_attributes?cursor=nonsense")).status).toBe(400);
  });
});

describe("users by identifier", () => {
  it("finds by every identifier and names those that it does not know", async () => {
    const { workspace, post } = open();
    const alias = { alias_name: "n", alias_label: "l" };
    workspace.users.seed([
      { external_id: "a", email: "shared@example.com" },
      { external_id: "b", email: "shared@example.com" },
      { braze_id: "c0ffee", user_aliases: [alias], phone: "+491" },
    ]);
    const { body } = await post("/users/export/ids", {
      external_ids: ["a", "unknown"],
      user_aliases: [alias],
      email_address: "shared@example.com",
      fields_to_export: ["external_id", "braze_id"],
    });
    expect((body.users as JsonObject[]).map((user) => user.external_id ?? user.braze_id)).toEqual([
      "a",
      "c0ffee",
      "b",
    ]);
    expect(body.invalid_user_ids).toEqual(["unknown"]);
    expect(
      ((await post("/users/export/ids", { phone: "+491" })).body.users as JsonObject[])[0],
    ).toMatchObject({
      braze_id: "c0ffee",
      phone: "+491",
      random_bucket: expect.any(Number),
    });
  });

  it("refuses more than 50 ids, unknown fields and nothing at all", async () => {
    const { post } = open();
    const external_ids = Array.from({ length: 51 }, (_, index) => String(index));
    expect(await post("/users/export/ids", { external_ids })).toMatchObject({
      status: 400,
      body: { message: "The max number of ids per request was exceeded" },
    });
    expect(
      (await post("/users/export/ids", { external_ids: ["a"], fields_to_export: ["shoe_size"] })).status,
    ).toBe(400);
    expect((await post("/users/export/ids", {})).status).toBe(400);
  });
});

describe("keys", () => {
  it("answers 401 to an unknown key, and repeats it", async () => {
    const { workspace } = open();
    const { get } = caller(sandbox.braze, workspace, "not-a-key");
    expect(await get("/segments/list")).toMatchObject({
      status: 401,
      body: { message: "Invalid API key: not-a-key" },
    });
    expect((await fetch(`${sandbox.braze.url}/segments/list`)).status).toBe(401);
  });

  it("answers 403 when the key lacks the permission, which it names", async () => {
    const { post, get } = open({ permissions: ["segments.list"] });
    expect((await get("/segments/list")).status).toBe(200);
    expect(await post("/users/export/segment", {})).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("users.export.segment") },
    });
  });

  it("answers 404 where there is nothing", async () => {
    const { get } = open();
    expect((await get("/users/track")).status).toBe(404);
  });
});

describe("the request log", () => {
  it("keeps requests with their bodies, but not the key", async () => {
    const { workspace, track, get } = open();
    await get("/segments/list?page=0");
    await track({ attributes: [{ external_id: "a" }] });
    expect(workspace.requests).toMatchObject([
      { method: "GET", path: "/segments/list?page=0", status: 200, at: NOW_MS },
      { method: "POST", path: "/users/track", status: 201, body: { attributes: [{ external_id: "a" }] } },
    ]);
    expect(JSON.stringify(workspace.requests)).not.toContain(workspace.apiKey);
    expect(workspace.stats).toMatchObject({ total: 2, byStatus: { 200: 1, 201: 1 }, maxInFlight: 1 });
  });

  it("is bounded, and can be off while counters go on", async () => {
    const bounded = open({ logRequests: 2 });
    for (let number = 0; number < 3; number += 1) await bounded.get(`/segments/list?page=${number}`);
    expect(bounded.workspace.requests.map(({ path }) => path)).toEqual([
      "/segments/list?page=1",
      "/segments/list?page=2",
    ]);
    const off = open({ logRequests: 0 });
    await off.get("/segments/list");
    expect(off.workspace.requests).toEqual([]);
    expect(off.workspace.stats.byPath).toEqual({ "/segments/list": { 200: 1 } });
  });
});
