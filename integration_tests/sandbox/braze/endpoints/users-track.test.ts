import type { Workspace, WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const sandbox = brazeForAllTests({ clock: () => NOW_MS });

function open(options: WorkspaceOptions = {}) {
  const workspace: Workspace = sandbox.braze.createWorkspace(options);
  return { workspace, ...caller(sandbox.braze, workspace) };
}

describe("answers", () => {
  it("counts what was processed, for the lists that were sent", async () => {
    const { track } = open();
    const { status, body } = await track({
      attributes: [{ external_id: "a", x: 1 }, { external_id: "b" }],
      events: [{ external_id: "a", name: "e", time: "2026-01-01T00:00:00Z" }],
    });
    expect(status).toBe(201);
    expect(body).toEqual({ message: "success", attributes_processed: 2, events_processed: 1 });
  });

  it("names refused objects by list and index, and takes the others", async () => {
    const { workspace, track } = open();
    const { status, body } = await track({
      attributes: [
        { external_id: "ok-1", email_subscribe: "opted_in" },
        { external_id: "bad-1", email_subscribe: "maybe" },
        { external_id: "ok-2", email: "a@example.com" },
        { external_id: "bad-2", email: "not an address" },
        { nothing: true },
        { external_id: "x", user_alias: { alias_name: "n", alias_label: "l" } },
        "no object",
      ],
      events: [{ external_id: "ok-1", name: "no time" }],
      purchases: [
        {
          external_id: "ok-1",
          product_id: "p",
          currency: "USD",
          price: 1,
          quantity: 101,
          time: "2026-01-01",
        },
      ],
    });
    expect(status).toBe(201);
    expect(body.attributes_processed).toBe(2);
    expect(body.errors).toEqual([
      {
        type: "'email_subscribe' must be 'subscribed', 'unsubscribed', or 'opted_in'",
        input_array: "attributes",
        index: 1,
      },
      {
        type: "The value provided for the 'email' field is not a valid email.",
        input_array: "attributes",
        index: 3,
      },
      {
        type: "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required",
        input_array: "attributes",
        index: 4,
      },
      {
        type: "You must specify only one of 'external_id', 'user_alias' or 'braze_id'",
        input_array: "attributes",
        index: 5,
      },
      { type: "'attributes' must be an array of objects", input_array: "attributes", index: 6 },
      { type: "'time' is required", input_array: "events", index: 0 },
      { type: "'quantity' is not valid", input_array: "purchases", index: 0 },
    ]);
    expect(workspace.users.count).toBe(2);
    expect(workspace.rejected).toEqual({ attributes: 5, events: 1, purchases: 1 });
    expect(workspace.rejections.map(({ index }) => index)).toEqual([1, 3, 4, 5, 6, 0, 0]);
  });

  it("answers 400 when nothing is valid", async () => {
    const { workspace, track } = open();
    const message = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";
    const refused = await track({ attributes: [{ no: "identity" }] });
    expect(refused.status).toBe(400);
    expect(refused.body.message).toBe(message);
    expect(refused.body.errors).toHaveLength(1);
    for (const nothing of [{}, { attributes: [] }, { attributes: "text" }]) {
      expect(await track(nothing)).toMatchObject({ status: 400, body: { message } });
    }
    expect(workspace.users.count).toBe(0);
  });

  it("refuses what is no JSON, and too large a body", async () => {
    const { track } = open({ limits: { maxBodyBytes: 1000 } });
    expect((await track("{")).status).toBe(400);
    expect((await track("[]")).status).toBe(400);
    expect((await track({ attributes: [{ external_id: "a", text: "x".repeat(1000) }] })).status).toBe(413);
  });

  it("limits objects combined or per array", async () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ external_id: `u${index}`, a: 1 }));
    const events = (count: number) =>
      users(count).map((user) => ({ ...user, name: "e", time: "2026-01-01" }));
    const combined = open();
    expect((await combined.track({ attributes: users(75) })).status).toBe(201);
    expect(await combined.track({ attributes: users(75), events: events(1) })).toMatchObject({
      status: 400,
      body: { message: "Max Input Length Exceeded" },
    });
    const perArray = open({ limits: { trackCount: "per_array" } });
    expect((await perArray.track({ attributes: users(75), events: events(75) })).status).toBe(201);
    expect((await perArray.track({ attributes: users(76) })).status).toBe(400);
    const small = open({ limits: { trackObjects: 50 } });
    expect((await small.track({ attributes: users(51) })).status).toBe(400);
  });
});

describe("identities", () => {
  it("creates by external_id unless told not to", async () => {
    const { workspace, track } = open();
    await track({ attributes: [{ external_id: "a", _update_existing_only: true, x: 1 }] });
    expect(workspace.users.count).toBe(0);
    await track({ attributes: [{ external_id: "a", x: 1 }] });
    await track({ attributes: [{ external_id: "a", _update_existing_only: true, x: 2 }] });
    expect(workspace.users.byExternalId("a")?.custom_attributes).toEqual({ x: 2 });
  });

  it("creates alias-only users only on an explicit false", async () => {
    const { workspace, track } = open();
    const alias = { alias_name: "n", alias_label: "l" };
    const silent = await track({ attributes: [{ user_alias: alias, x: 1 }] });
    expect(silent).toMatchObject({ status: 201, body: { attributes_processed: 1 } });
    expect(workspace.users.count).toBe(0);
    expect(workspace.dropped).toMatchObject([{ array: "attributes", index: 0 }]);
    await track({ attributes: [{ user_alias: alias, _update_existing_only: false, x: 1 }] });
    await track({ attributes: [{ user_alias: alias, y: 2 }] });
    expect(workspace.users.byAlias(alias)?.custom_attributes).toEqual({ x: 1, y: 2 });
    expect(workspace.users.count).toBe(1);
  });

  it("creates email-only users; email wins over phone", async () => {
    const { workspace, track } = open();
    await track({ attributes: [{ email: "A@example.com", phone: "+491", x: 1 }] });
    await track({ attributes: [{ email: "a@EXAMPLE.com", y: 2 }] });
    expect(workspace.users.count).toBe(1);
    expect(workspace.users.byEmail("a@example.com")).toMatchObject({
      phone: "+491",
      custom_attributes: { x: 1, y: 2 },
    });
    await track({ attributes: [{ phone: "+491", z: 3 }] });
    expect(workspace.users.byPhone("+491")?.custom_attributes).toEqual({ x: 1, y: 2, z: 3 });
  });

  it("prefers the identified profile, then the most recently updated one, among those that share an email", async () => {
    const { workspace, track } = open();
    workspace.users.seed([
      { braze_id: "anonymous", email: "a@example.com" },
      { external_id: "old", email: "a@example.com" },
      { external_id: "recent", email: "a@example.com" },
    ]);
    await track({ attributes: [{ external_id: "recent", x: 1 }] });
    await track({ attributes: [{ braze_id: "anonymous", x: 1 }] });
    await track({ attributes: [{ email: "a@example.com", hit: true }] });
    const hits = [...workspace.users.all()].filter((user) => user.custom_attributes.hit === true);
    expect(hits.map((user) => user.external_id)).toEqual(["recent"]);
  });

  it("does not create by braze_id", async () => {
    const { workspace, track } = open();
    await track({ attributes: [{ braze_id: "unknown", x: 1 }] });
    expect(workspace.users.count).toBe(0);
  });

  it("refuses external ids beyond 987 bytes", async () => {
    const { track } = open();
    expect((await track({ attributes: [{ external_id: "ü".repeat(493), a: 1 }] })).status).toBe(201);
    expect((await track({ attributes: [{ external_id: "ü".repeat(494), a: 1 }] })).status).toBe(400);
  });
});

describe("profile fields", () => {
  it("are kept apart from custom attributes; null removes both", async () => {
    const { workspace, track } = open();
    await track({
      attributes: [{ external_id: "a", first_name: "Jane", dob: "1980-12-21", points: 3, gender: "F" }],
    });
    expect(workspace.users.byExternalId("a")).toMatchObject({
      first_name: "Jane",
      dob: "1980-12-21",
      gender: "F",
      custom_attributes: { points: 3 },
    });
    await track({ attributes: [{ external_id: "a", first_name: null, points: null }] });
    const user = workspace.users.byExternalId("a");
    expect(user?.first_name).toBeUndefined();
    expect(user?.custom_attributes).toEqual({});
  });

  it("drop what is not valid without a word", async () => {
    const { workspace, track } = open();
    const { status, body } = await track({
      attributes: [
        {
          external_id: "a",
          dob: "21.12.1980",
          gender: "female",
          time_zone: "Mars/Base",
          language: "klingon",
          country: "Narnia",
        },
      ],
    });
    expect(status).toBe(201);
    expect(body.errors).toBeUndefined();
    const user = workspace.users.byExternalId("a");
    expect([user?.dob, user?.gender, user?.time_zone, user?.language, user?.country]).toEqual(
      Array(5).fill(undefined),
    );
    expect(workspace.dropped.map(({ key }) => key)).toEqual([
      "dob",
      "gender",
      "time_zone",
      "language",
      "country",
    ]);
  });

  it("map country names", async () => {
    const { workspace, track } = open();
    await track({ attributes: [{ external_id: "a", country: "Australia" }] });
    expect(workspace.users.byExternalId("a")?.country).toBe("AU");
  });

  it("stamp opt-ins, and reach every profile with the same email", async () => {
    const { workspace, track } = open();
    workspace.users.seed([
      { external_id: "a", email: "x@example.com" },
      { external_id: "b", email: "x@example.com" },
    ]);
    await track({ attributes: [{ external_id: "a", email_subscribe: "opted_in" }] });
    expect(workspace.users.byExternalId("b")).toMatchObject({
      email_subscribe: "opted_in",
      email_opted_in_at: new Date(NOW_MS).toISOString(),
    });
  });

  it("check subscription groups, push tokens and locations", async () => {
    const { workspace, track } = open();
    const group = "5c62a2a1-9d0b-4ab2-9e9f-8f6d1f7f4a11";
    const { body } = await track({
      attributes: [
        {
          external_id: "a",
          subscription_groups: [{ subscription_group_id: group, subscription_state: "subscribed" }],
        },
        {
          external_id: "a",
          subscription_groups: [{ subscription_group_id: group, subscription_state: "opted_in" }],
        },
        {
          external_id: "a",
          subscription_groups: [{ subscription_group_id: "x", subscription_state: "subscribed" }],
        },
        { external_id: "a", subscription_groups: {} },
        { external_id: "a", push_tokens: [{ app_id: "app", token: "t", device_id: "short" }] },
        { external_id: "a", current_location: { longitude: 1 } },
        {
          external_id: "a",
          current_location: { longitude: 1, latitude: 2 },
          push_tokens: [{ app_id: "app", token: "t" }],
        },
      ],
    });
    expect((body.errors as { index: number }[]).map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(workspace.users.byExternalId("a")).toMatchObject({
      subscription_groups: { [group]: "subscribed" },
      last_coordinates: [1, 2],
      push_tokens: [{ app: "app", token: "t" }],
    });
  });
});

describe("events and purchases", () => {
  it("come after attributes, are never deduplicated and add up on the profile", async () => {
    const { workspace, track } = open();
    const event = { external_id: "a", name: "seen", time: "2026-01-02T00:00:00Z", properties: { n: 1 } };
    await track({
      events: [event, event, { ...event, time: "2026-01-01" }],
      attributes: [{ external_id: "a", x: 1 }],
    });
    await track({
      purchases: [
        { external_id: "a", product_id: "p", currency: "EUR", price: 2.5, quantity: 4, time: "2026-01-03" },
      ],
    });
    const user = workspace.users.byExternalId("a");
    expect(user?.custom_events).toEqual([
      { name: "seen", first: "2026-01-01T00:00:00.000Z", last: "2026-01-02T00:00:00.000Z", count: 3 },
    ]);
    expect(user?.purchases).toMatchObject([{ name: "p", count: 4 }]);
    expect(user?.total_revenue).toBe(10);
    expect(workspace.events.map(({ time }) => time.slice(8, 10))).toEqual(["02", "02", "01"]);
    expect(user && workspace.purchasesOf(user)).toHaveLength(1);
  });

  it("do not lie in the future", async () => {
    const { workspace, track } = open();
    await track({ events: [{ external_id: "a", name: "e", time: "2099-01-01T00:00:00Z" }] });
    expect(workspace.events[0]?.time).toBe(new Date(NOW_MS).toISOString());
  });

  it.each([
    [{ product_id: undefined }, "'product_id' is required"],
    [{ currency: "XXL" }, "'currency' is not valid"],
    [{ price: "2.50" }, "'price' is not valid"],
    [{ price: undefined }, "'price' is required"],
    [{ quantity: 1.5 }, "'quantity' is not valid"],
    [{ time: "soon" }, "'time' is not valid"],
    [{ properties: { $x: 1 } }, "'properties' is not valid"],
  ])("refuse a purchase with %j", async (change, type) => {
    const { track } = open();
    const purchase = {
      external_id: "a",
      product_id: "p",
      currency: "EUR",
      price: 2,
      time: "2026-01-03",
      ...change,
    };
    expect((await track({ purchases: [purchase] })).body.errors).toEqual([
      { type, input_array: "purchases", index: 0 },
    ]);
  });
});

it("counts data points: attributes set, not removals, subscriptions or identifiers", async () => {
  const { workspace, track } = open();
  await track({
    attributes: [
      {
        external_id: "a",
        first_name: "J",
        points: 1,
        old: null,
        email_subscribe: "subscribed",
        nested: { a: 1, b: { c: 2 } },
      },
    ],
    events: [{ external_id: "a", name: "e", time: "2026-01-01" }],
  });
  expect(workspace.dataPoints).toBe(1 + 1 + 2 + 1);
});

it("counts without storing when told so", async () => {
  const { workspace, track } = open({ store: false });
  const { status } = await track({ attributes: [{ external_id: "a", x: 1 }, { x: 1 }] });
  expect(status).toBe(201);
  expect(workspace.accepted.attributes).toBe(1);
  expect(workspace.rejected.attributes).toBe(1);
  expect(workspace.users.count).toBe(0);
});

it("notices two requests in flight for one identity", async () => {
  const { workspace, track } = open({ latencyMs: 100 });
  await Promise.all([
    track({ attributes: [{ external_id: "a", x: 1 }] }),
    track({ attributes: [{ external_id: "b", x: 1 }] }),
  ]);
  expect(workspace.overlaps).toEqual([]);
  await Promise.all([
    track({ attributes: [{ external_id: "a", x: 1 }] }),
    track({ events: [{ external_id: "a", name: "e", time: "2026-01-01" }] }),
  ]);
  expect(workspace.overlaps).toMatchObject([{ identity: "external_id:a" }]);
});

it("keeps attributes named like parts of JavaScript as attributes", async () => {
  const { workspace, track } = open();
  await track('{"attributes":[{"external_id":"a","__proto__":"x","constructor":"y","toString":"z"}]}');
  const attributes = workspace.users.byExternalId("a")?.custom_attributes ?? {};
  expect(JSON.stringify(attributes)).toBe('{"__proto__":"x","constructor":"y","toString":"z"}');
});
