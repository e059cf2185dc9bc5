import type { SeedUser, WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const alias = { alias_name: "n", alias_label: "l" };
const USERS: SeedUser[] = [
  { external_id: "a", email: "a@example.com" },
  { external_id: "b", user_aliases: [alias] },
];

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.users.seed(USERS);
  workspace.createCampaign({ id: "c1", name: "Receipt", scheduleType: "api_triggered" });
  workspace.createCampaign({ id: "c2", name: "Newsletter" });
  workspace.createCanvas({ id: "v1", name: "Welcome", scheduleType: "api_triggered" });
  workspace.createCanvas({ id: "v2", name: "Paused", scheduleType: "api_triggered", enabled: false });
  workspace.createCanvas({ id: "v3", name: "Gone", scheduleType: "api_triggered", archived: true });
  const { post, get } = caller(sandbox.braze, workspace);
  return {
    workspace,
    get,
    campaign: (body: object) => post("/campaigns/trigger/send", { campaign_id: "c1", ...body }),
    canvas: (body: object) => post("/canvas/trigger/send", { canvas_id: "v1", ...body }),
    messagesOf: (id: string) => {
      const user = workspace.users.byExternalId(id);
      return user === undefined ? [] : workspace.messagesOf(user);
    },
  };
}

it("sends a campaign to each recipient, with their properties over the request's", async () => {
  const { workspace, campaign, messagesOf } = open();
  const prioritization = ["most_recently_updated"];
  const { status, body } = await campaign({
    trigger_properties: { shop: "x", total: 1 },
    recipients: [
      { email: "a@example.com", prioritization, trigger_properties: { total: 2 } },
      { user_alias: alias },
      { external_user_id: "nobody" },
    ],
  });
  expect(status).toBe(201);
  expect(body).toEqual({ dispatch_id: expect.stringMatching(/^[0-9a-f]{32}$/), message: "success" });
  const common = { kind: "campaign", id: "c1", dispatch_id: body.dispatch_id };
  expect(messagesOf("a")).toMatchObject([{ ...common, properties: { shop: "x", total: 2 } }]);
  expect(messagesOf("b")).toMatchObject([{ ...common, properties: { shop: "x", total: 1 } }]);
  expect(workspace.messages).toHaveLength(2);
  expect(workspace.users.count).toBe(2);
});

it("sends one message to who comes twice, and a second one for a second request", async () => {
  const { workspace, campaign, messagesOf } = open();
  const recipients = [
    { external_user_id: "b", trigger_properties: { n: 1 } },
    { external_user_id: "b", trigger_properties: { n: 2 } },
    { user_alias: alias },
  ];
  await campaign({ recipients });
  expect(messagesOf("b").map(({ properties }) => properties)).toEqual([{ n: 1 }]);
  await campaign({ recipients });
  expect(workspace.messages).toHaveLength(2);
});

it("writes attributes first, and makes users where that is asked for", async () => {
  const { workspace, campaign, messagesOf } = open();
  const attributes = { first_name: "Ann", points: 3 };
  await campaign({
    recipients: [
      { external_user_id: "a", attributes },
      { external_user_id: "new", attributes, send_to_existing_only: false },
      { external_user_id: "other", attributes },
    ],
  });
  for (const id of ["a", "new"]) {
    expect(workspace.users.byExternalId(id)).toMatchObject({
      first_name: "Ann",
      custom_attributes: { points: 3 },
    });
    expect(messagesOf(id)).toHaveLength(1);
  }
  expect(workspace.users.byExternalId("other")).toBeUndefined();
  expect(workspace.messages).toHaveLength(2);
});

it("lets users enter a Canvas, with the context under either name", async () => {
  const { canvas, messagesOf } = open();
  await canvas({ context: { x: 1 }, recipients: [{ external_user_id: "a", context: { y: 2 } }] });
  await canvas({ canvas_entry_properties: { x: 3 }, recipients: [{ external_user_id: "a" }] });
  expect(messagesOf("a")).toMatchObject([
    { kind: "canvas", id: "v1", properties: { x: 1, y: 2 } },
    { kind: "canvas", id: "v1", properties: { x: 3 } },
  ]);
});

it.each([
  ["v2", "The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect."],
  ["v3", "The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take effect."],
])("accepts requests for the Canvas %s with a notice, and sends nothing", async (id, notice) => {
  const { workspace, canvas } = open();
  expect(await canvas({ canvas_id: id, recipients: [{ external_user_id: "a" }] })).toMatchObject({
    status: 201,
    body: { message: "success", notice, dispatch_id: expect.any(String) },
  });
  expect(workspace.messages).toEqual([]);
});

it.each<[string, object, string]>([
  ["an unknown campaign", { campaign_id: "none" }, "Invalid Campaign ID"],
  ["no campaign", { campaign_id: null }, "Invalid Campaign ID"],
  ["a campaign that is not triggered", { campaign_id: "c2" }, "Invalid Campaign ID"],
  ["nobody", { recipients: [] }, "No Recipients"],
  ["no recipients", { recipients: undefined }, "No Recipients"],
  [
    "recipients and broadcast",
    { broadcast: true },
    "'recipients' cannot be included when 'broadcast' is true",
  ],
  ["recipients that are no list", { recipients: {} }, "'recipients' must be an array of objects"],
  ["properties that are no object", { trigger_properties: "x" }, "'trigger_properties' must be an object"],
  [
    "51 recipients",
    { recipients: Array.from({ length: 51 }, (_, index) => ({ external_user_id: `${index}` })) },
    "The max number of external_ids and aliases per request was exceeded",
  ],
])("refuses %s", async (_, change, message) => {
  const { workspace, campaign } = open();
  const answer = await campaign({ recipients: [{ external_user_id: "a" }], ...change });
  expect(answer).toMatchObject({ status: 400, body: { message } });
  expect(workspace.messages).toEqual([]);
});

it("refuses too large a context and unknown Canvases", async () => {
  const { canvas } = open();
  const recipients = [{ external_user_id: "a" }];
  expect((await canvas({ context: { x: "x".repeat(50_000) }, recipients })).status).toBe(400);
  expect((await canvas({ canvas_id: "c1", recipients })).body.message).toBe("Invalid Canvas ID");
});

it("passes over wrong recipients with an error each", async () => {
  const { workspace, campaign } = open();
  const wrong = [
    {},
    { external_user_id: "a", user_alias: alias },
    { email: "a@example.com" },
    { external_user_id: "a", trigger_properties: [] },
    { external_user_id: "a", send_to_existing_only: false },
    { user_alias: alias, send_to_existing_only: false, attributes: {} },
    { external_user_id: "a", attributes: { email: "no address" } },
  ];
  const { status, body } = await campaign({ recipients: [...wrong, { external_user_id: "b" }] });
  expect(status).toBe(201);
  expect(body.errors).toMatchObject(wrong.map((_, index) => ({ input_array: "recipients", index })));
  expect(workspace.messages).toHaveLength(1);
  expect(await campaign({ recipients: wrong })).toMatchObject({
    status: 400,
    body: { message: "No Recipients" },
  });
});

it("sends a broadcast to everybody", async () => {
  const { workspace, campaign } = open();
  expect((await campaign({ broadcast: true })).status).toBe(201);
  expect(workspace.messages).toHaveLength(2);
});

it("says in lists and details what is triggered over the API, and what is paused", async () => {
  const { get } = open();
  const { body } = await get("/campaigns/list");
  expect(body.campaigns).toMatchObject([
    { id: "c1", is_api_campaign: true },
    { id: "c2", is_api_campaign: false },
  ]);
  const details = async (path: string) => {
    const { schedule_type, enabled, archived } = (await get(path)).body;
    return [schedule_type, enabled, archived];
  };
  expect(await details("/campaigns/details?campaign_id=c1")).toEqual(["api_triggered", true, false]);
  expect(await details("/campaigns/details?campaign_id=c2")).toEqual(["action_based", true, false]);
  expect(await details("/canvas/details?canvas_id=v2")).toEqual(["api_triggered", false, false]);
  expect(await details("/canvas/details?canvas_id=v3")).toEqual(["api_triggered", true, true]);
});

it("has permissions of their own and one rate limit for both", async () => {
  const recipients = [{ external_user_id: "a" }];
  const locked = open({ permissions: ["canvas.trigger.send"], limits: { triggerRequestsPerHour: 2 } });
  expect((await locked.canvas({ recipients })).status).toBe(201);
  expect((await locked.campaign({ recipients })).status).toBe(403);
  expect((await locked.canvas({ recipients })).status).toBe(429);
  const usual = open();
  expect((await usual.campaign({ recipients })).headers.get("x-ratelimit-limit")).toBe("250000");
});
