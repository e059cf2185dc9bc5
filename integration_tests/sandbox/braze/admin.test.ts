import { isJsonObject, type JsonObject } from "../json";
import { brazeForAllTests, caller } from "../testing";

const sandbox = brazeForAllTests();

async function ask(method: string, path: string, body?: unknown): Promise<JsonObject> {
  const response = await fetch(`${sandbox.braze.url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  expect(isJsonObject(answer)).toBe(true);
  return answer as JsonObject;
}

it("drives a workspace from another process", async () => {
  const { api_key: key } = await ask("POST", "workspaces", { name: "far away", logRequests: 5 });
  const workspace = sandbox.braze.workspaces.find((each) => each.apiKey === key);
  if (workspace === undefined) throw new Error("no workspace was created");
  const at = `workspaces/${encodeURIComponent("far away")}`;
  expect(
    await ask("POST", `${at}/users`, { users: [{ external_id: "a", country: "DE" }], awkward: 3, plain: 2 }),
  ).toEqual({ added: 6 });
  const { segment_id: segmentId } = await ask("POST", `${at}/segments`, {
    name: "germans",
    with: { country: "DE" },
  });
  expect(workspace.segments[0]?.reportedSize()).toBe(1);
  expect(workspace.segments[0]?.id).toBe(segmentId);

  await ask("POST", `${at}/faults`, { kind: "status", status: 500 });
  const { track } = caller(sandbox.braze, workspace);
  const event = { external_id: "a", name: "e", time: "2026-01-01" };
  expect((await track({ events: [event] })).status).toBe(500);
  expect((await track({ events: [event] })).status).toBe(201);
  await ask("POST", `${at}/faults`, { kind: "status", status: 500 });
  await ask("DELETE", `${at}/faults`);
  expect((await track({ events: [event] })).status).toBe(201);

  expect(await ask("GET", `${at}/events?limit=1`)).toMatchObject({ total: 2, items: [{ name: "e" }] });
  expect(await ask("GET", `${at}/users?external_id=a`)).toMatchObject({
    total: 1,
    items: [{ country: "DE" }],
  });
  expect(await ask("GET", `${at}/requests`)).toMatchObject({ total: 3 });
  expect(await ask("GET", at)).toMatchObject({ name: "far away", users: 6, accepted: { events: 2 } });
  await ask("PATCH", `${at}/exports`, { usersPerFile: 7 });
  expect(workspace.exportSettings.usersPerFile).toBe(7);
  expect((await ask("GET", "workspaces")).workspaces).toMatchObject([{ name: "far away" }]);
});

it("shows what other objects have changed", async () => {
  const { api_key: key } = await ask("POST", "workspaces", { name: "objects" });
  const workspace = sandbox.braze.workspaces.find((each) => each.apiKey === key);
  if (workspace === undefined) throw new Error("no workspace was created");
  const at = "workspaces/objects";
  await ask("POST", `${at}/users`, { users: [{ external_id: "a" }, { external_id: "b" }] });
  const { campaign_id: id } = await ask("POST", `${at}/campaigns`, {
    name: "Receipt",
    scheduleType: "api_triggered",
  });
  await ask("POST", `${at}/canvases`, { id: "v", name: "Welcome" });
  await ask("POST", `${at}/subscription_groups`, { id: "g", name: "News", channel: "email" });

  const { call, post } = caller(sandbox.braze, workspace);
  await post("/campaigns/trigger/send", { campaign_id: id, recipients: [{ external_user_id: "a" }] });
  await post("/users/external_ids/rename", {
    external_id_renames: [{ current_external_id: "b", new_external_id: "b2" }],
  });
  await post("/v2/subscription/status/set", {
    subscription_groups: [
      { subscription_group_id: "g", subscription_state: "subscribed", external_ids: ["b2"] },
    ],
  });
  const fields = [{ name: "id", type: "string" }];
  await post("/catalogs", { catalogs: [{ name: "food", description: "", fields }] });
  await call("PUT", "/catalogs/food/items", { items: [{ id: "r1" }] });

  expect(await ask("GET", `${at}/messages`)).toMatchObject({ total: 1, items: [{ id, kind: "campaign" }] });
  expect(await ask("GET", `${at}/profiles?external_id=b`)).toMatchObject({
    total: 1,
    items: [{ external_id: "b2", deprecated_external_ids: ["b"], subscription_groups: { g: "subscribed" } }],
  });
  expect(await ask("GET", `${at}/catalogs`)).toMatchObject({
    items: [{ name: "food", items: [{ id: "r1" }] }],
  });
  expect(await ask("GET", `${at}/campaigns`)).toMatchObject({ items: [{ scheduleType: "api_triggered" }] });
  expect(await ask("GET", `${at}/canvases`)).toMatchObject({
    items: [{ id: "v", scheduleType: "time_based" }],
  });
  expect(await ask("GET", `${at}/subscription_groups`)).toMatchObject({ total: 1 });
  expect(await ask("GET", at)).toMatchObject({ messages: 1 });
});

it("says what it does not know", async () => {
  expect(await ask("GET", "nonsense")).toHaveProperty("message");
  expect(await ask("GET", "workspaces/objects/toString")).toEqual({ message: "no GET of toString" });
  expect(await ask("GET", "workspaces/nobody")).toEqual({ message: "no workspace nobody" });
  expect(await ask("POST", "workspaces", "text")).toEqual({ message: "the body is not a JSON object" });
});
