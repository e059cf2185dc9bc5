import { startBraze, type WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const EMAIL = "11111111-1111-1111-1111-111111111111";
const SMS = "22222222-2222-2222-2222-222222222222";

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.content.subscriptionGroups.push(
    { id: EMAIL, name: "News", channel: "email" },
    { id: SMS, name: "Alerts", channel: "sms" },
  );
  workspace.users.seed([
    { external_id: "a", email: "shared@example.com", phone: "+12223334444" },
    { external_id: "b", email: "Shared@example.com" },
    { external_id: "c", phone: "+12223334444" },
  ]);
  const { post } = caller(sandbox.braze, workspace);
  const set = (...groups: unknown[]) => post("/v2/subscription/status/set", { subscription_groups: groups });
  const stateOf = (id: string, group: string) =>
    workspace.users.byExternalId(id)?.subscription_groups?.[group];
  return { workspace, set, stateOf };
}

const group = (id: string, rest: object) => ({
  subscription_group_id: id,
  subscription_state: "subscribed",
  ...rest,
});

it("changes email and SMS groups of named users in one request", async () => {
  const { set, stateOf } = open();
  expect(
    await set(group(EMAIL, { external_ids: ["b", "nobody"] }), group(SMS, { external_ids: ["c"] })),
  ).toMatchObject({ status: 201, body: { message: "success" } });
  expect(stateOf("b", EMAIL)).toBe("subscribed");
  expect(stateOf("c", SMS)).toBe("subscribed");
  expect(stateOf("c", EMAIL)).toBeUndefined();
  await set({ ...group(EMAIL, { external_ids: ["b"] }), subscription_state: "unsubscribed" });
  expect(stateOf("b", EMAIL)).toBe("unsubscribed");
});

it("reaches everybody with the address or number, and creates nobody", async () => {
  const { workspace, set, stateOf } = open();
  await set(group(EMAIL, { emails: ["shared@example.com", "new@example.com"] }));
  expect([stateOf("a", EMAIL), stateOf("b", EMAIL), stateOf("c", EMAIL)]).toEqual([
    "subscribed",
    "subscribed",
    undefined,
  ]);
  await set(group(SMS, { phones: ["+12223334444"] }));
  expect([stateOf("a", SMS), stateOf("b", SMS), stateOf("c", SMS)]).toEqual([
    "subscribed",
    undefined,
    "subscribed",
  ]);
  await set({ ...group(EMAIL, { external_ids: ["a"] }), subscription_state: "unsubscribed" });
  expect(stateOf("b", EMAIL)).toBe("unsubscribed");
  expect(workspace.users.count).toBe(3);
});

it("keeps the state of an address or number that nobody has for 30 days", async () => {
  let nowMs = Date.UTC(2026, 5, 1);
  const timed = await startBraze({ clock: () => nowMs });
  const workspace = timed.createWorkspace();
  workspace.content.subscriptionGroups.push({ id: EMAIL, name: "News", channel: "email" });
  const { post, track } = caller(timed, workspace);
  const emails = ["soon@example.com", "late@example.com"];
  await post("/v2/subscription/status/set", { subscription_groups: [group(EMAIL, { emails })] });
  expect(workspace.users.count).toBe(0);
  nowMs += 29 * 86_400_000;
  await track({ attributes: [{ external_id: "soon", email: "Soon@example.com" }] });
  nowMs += 2 * 86_400_000;
  await track({ attributes: [{ external_id: "late", email: "late@example.com" }] });
  await track({ attributes: [{ external_id: "again", email: "soon@example.com" }] });
  const groupsOf = (id: string) => workspace.users.byExternalId(id)?.subscription_groups;
  expect(groupsOf("soon")).toEqual({ [EMAIL]: "subscribed" });
  expect([groupsOf("late"), groupsOf("again")]).toEqual([undefined, undefined]);
  await timed.close();
});

it("asks for confirmation with double opt-in", async () => {
  const { workspace, set, stateOf } = open();
  await set(group(SMS, { external_ids: ["a"], use_double_opt_in_logic: true }));
  expect(stateOf("a", SMS)).toBeUndefined();
  expect(workspace.users.byExternalId("a")?.double_opt_in_pending).toEqual([SMS]);
});

it.each<[string, unknown]>([
  ["no list", "text"],
  ["an unknown group", group("33333333-3333-3333-3333-333333333333", { external_ids: ["a"] })],
  ["an unknown state", { ...group(EMAIL, { external_ids: ["a"] }), subscription_state: "opted_in" }],
  ["nobody", group(EMAIL, {})],
  ["51 users", group(EMAIL, { external_ids: Array.from({ length: 51 }, (_, index) => `${index}`) })],
  ["emails and phones", group(EMAIL, { emails: ["shared@example.com"], phones: ["+12223334444"] })],
  ["phones for an email group", group(EMAIL, { phones: ["+12223334444"] })],
  ["emails for an SMS group", group(SMS, { emails: ["shared@example.com"] })],
  ["a number not in E.164", group(SMS, { phones: ["0222 333"] })],
  ["ids that are no texts", group(EMAIL, { external_ids: [1] })],
])("refuses the whole request for %s", async (_, wrong) => {
  const { set, stateOf } = open();
  const { status, body } = await set(group(EMAIL, { external_ids: ["b"] }), wrong);
  expect(status).toBe(400);
  expect(body.message).toEqual(expect.any(String));
  expect(stateOf("b", EMAIL)).toBeUndefined();
});

it("refuses emails and phones in one request, for different groups too", async () => {
  const { set } = open();
  const emails = group(EMAIL, { emails: ["shared@example.com"] });
  expect((await set(emails, group(SMS, { phones: ["+12223334444"] }))).status).toBe(400);
  expect((await set(emails, group(SMS, { external_ids: ["a"] }))).status).toBe(201);
});

it("has a permission and a rate limit of its own", async () => {
  const locked = open({ permissions: ["users.track"] });
  expect((await locked.set(group(EMAIL, { external_ids: ["a"] }))).status).toBe(403);
  const slow = open({ limits: { perMinute: { subscription_status: 1 } } });
  expect((await slow.set(group(EMAIL, { external_ids: ["a"] }))).status).toBe(201);
  expect((await slow.set(group(EMAIL, { external_ids: ["a"] }))).status).toBe(429);
  const usual = open();
  const { headers } = await usual.set(group(EMAIL, { external_ids: ["a"] }));
  expect(headers.get("x-ratelimit-limit")).toBe("5000");
});
