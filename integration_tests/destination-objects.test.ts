import { DestinationWorlds, rejectedRecords, type World } from "./destination-world";
import type { Finished } from "./harness";
import type { JsonObject, WorkspaceOptions } from "./sandbox";
import { catalogOf, line, record, type StreamOptions, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

const news = "11111111-1111-1111-1111-111111111111";
const alerts = "22222222-2222-2222-2222-222222222222";
const alias = (name: string) => ({ alias_name: name, alias_label: "device" });

function world(options: WorkspaceOptions = {}, config: JsonObject = {}): World {
  const made = worlds.world(options, config);
  made.workspace.content.subscriptionGroups.push(
    { id: news, name: "News", channel: "email" },
    { id: alerts, name: "Alerts", channel: "sms" },
  );
  return made;
}

/** Writes records of one stream, with a state behind them. */
async function writeAll(to: World, stream: StreamOptions | string, records: object[]): Promise<Finished> {
  const options = typeof stream === "string" ? { name: stream } : stream;
  const lines = records.map((data) => record(options.name, data));
  return worlds.write(to, [...lines, state(options.name, 1)], catalogOf(options));
}

const writesTo = ({ workspace }: World): string[] =>
  workspace.requests.map(({ method }) => method).filter((method) => method !== "GET");
const paths = ({ workspace }: World): string[] => workspace.requests.map(({ path }) => path);
const statistics = (finished: Finished) => finished.states.at(-1)?.destinationStats;

/** Sends that count on the sandbox's own log of requests. */
const requestsTo = (to: World, path: string): number => paths(to).filter((each) => each === path).length;

describe("subscription_groups", () => {
  it("sets states of several groups in few requests, by external id, email and phone", async () => {
    const to = world();
    to.workspace.users.seed(
      Array.from({ length: 60 }, (_, index) => ({
        external_id: `u${index}`,
        email: `u${index}@example.com`,
      })),
    );
    to.workspace.users.seed([{ external_id: "p", phone: "+12223334444" }]);
    const records = [
      ...Array.from({ length: 60 }, (_, index) => ({
        external_id: `u${index}`,
        subscription_group_id: news,
        subscription_state: index % 2 === 0 ? "subscribed" : "unsubscribed",
      })),
      { phone: "+12223334444", subscription_group_id: alerts, subscription_state: "subscribed" },
      { email: "u0@example.com", subscription_group_id: news, subscription_state: "unsubscribed" },
    ];
    const finished = await writeAll(to, "subscription_groups", records);
    expect(finished.exitCode).toBe(0);
    expect(statistics(finished)).toEqual({ recordCount: 62, rejectedRecordCount: 0 });
    const stateOf = (id: string, group: string) =>
      to.workspace.users.byExternalId(id)?.subscription_groups?.[group];
    expect([stateOf("u1", news), stateOf("u2", news), stateOf("p", alerts)]).toEqual([
      "unsubscribed",
      "subscribed",
      "subscribed",
    ]);
    // 30 users in each of two states share a request; email and phone have one each.
    expect(requestsTo(to, "/v2/subscription/status/set")).toBe(3);
  });

  it("rejects exactly the records at fault", async () => {
    const to = world();
    to.workspace.users.seed([{ external_id: "a" }, { external_id: "b" }]);
    const good = { subscription_group_id: news, subscription_state: "subscribed" };
    const finished = await writeAll(to, "subscription_groups", [
      { external_id: "a", ...good },
      { external_id: "b", ...good, subscription_group_id: "unknown" },
      { external_id: "c", ...good, subscription_state: "opted_in" },
      { ...good },
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statistics(finished)).toEqual({ recordCount: 1, rejectedRecordCount: 3 });
    expect(to.workspace.users.byExternalId("a")?.subscription_groups?.[news]).toBe("subscribed");
    const reasons = (await rejectedRecords(to)).map(({ reasons: [first] }) => first?.code);
    expect(reasons.sort()).toEqual(["invalid_value", "missing_identifier", "refused_by_braze"]);
  });
});

describe("aliases and identities", () => {
  it("are there for the next record of the same identity", async () => {
    const to = world();
    const streams = catalogOf(
      { name: "users" },
      { name: "user_aliases" },
      { name: "identify_users" },
      { name: "events" },
    );
    const lines = Array.from({ length: 30 }, (_, index) => [
      record("users", { external_id: `u${index}`, step: 1 }),
      record("user_aliases", { external_id: `u${index}`, ...alias(`d${index}`) }),
      record("users", { user_alias: alias(`d${index}`), step: 2, _update_existing_only: true }),
      record("user_aliases", { ...alias(`anonymous${index}`) }),
      record("users", { user_alias: alias(`anonymous${index}`), seen: true }),
      record("identify_users", { external_id: `new${index}`, user_alias: alias(`anonymous${index}`) }),
      record("events", { external_id: `new${index}`, name: "identified", time: "2026-01-01T00:00:00Z" }),
    ]);
    const finished = await worlds.write(to, lines.flat(), streams);
    expect(finished.exitCode).toBe(0);
    expect(await rejectedRecords(to)).toEqual([]);
    for (let index = 0; index < 30; index++) {
      const user = to.workspace.users.byExternalId(`u${index}`);
      expect(user?.custom_attributes.step).toBe(2);
      const identified = to.workspace.users.byExternalId(`new${index}`);
      expect(identified?.custom_attributes.seen).toBe(true);
      expect(identified && to.workspace.eventsOf(identified)).toHaveLength(1);
    }
    expect(to.workspace.users.count).toBe(60);
  });

  it("are renamed, merged and deleted in the order of the records", async () => {
    const to = world();
    const streams = catalogOf(
      { name: "users" },
      { name: "merge_users" },
      { name: "rename_external_ids" },
      { name: "delete_users" },
      { name: "user_aliases" },
    );
    const finished = await worlds.write(
      to,
      [
        record("users", { external_id: "old", city: "Ghent" }),
        record("users", { external_id: "keep", plan: "gold" }),
        record("merge_users", {
          identifier_to_merge: { external_id: "old" },
          identifier_to_keep: { external_id: "keep" },
        }),
        record("rename_external_ids", { current_external_id: "keep", new_external_id: "kept" }),
        record("users", { external_id: "kept", renamed: true }),
        record("user_aliases", { external_id: "kept", ...alias("first") }),
        record("user_aliases", { alias_label: "device", old_alias_name: "first", new_alias_name: "second" }),
        record("users", { external_id: "gone", x: 1 }),
        record("delete_users", { external_id: "gone" }),
        record("rename_external_ids", { current_external_id: "nobody", new_external_id: "somebody" }),
      ],
      streams,
    );
    expect(finished.exitCode).toBe(0);
    const { users } = to.workspace;
    expect({ ...users.byExternalId("kept")?.custom_attributes }).toEqual({
      city: "Ghent",
      plan: "gold",
      renamed: true,
    });
    expect(users.byExternalId("kept")?.user_aliases).toEqual([alias("second")]);
    expect(users.byExternalId("old")).toBeUndefined();
    expect(users.byExternalId("gone")).toBeUndefined();
    const rejected = await rejectedRecords(to);
    expect(rejected.map(({ record: { new_external_id: id } }) => id)).toEqual(["somebody"]);
  });

  it("deletes with the sync mode soft_delete of users", async () => {
    const to = world();
    to.workspace.users.seed([{ external_id: "a" }, { external_id: "b" }, { email: "c@example.com" }]);
    const finished = await writeAll(to, { name: "users", mode: "soft_delete" }, [
      { external_id: "a", first_name: "A" },
      { email: "c@example.com" },
    ]);
    expect(finished.exitCode).toBe(0);
    expect(to.workspace.users.count).toBe(1);
    expect(to.workspace.users.byExternalId("b")).toBeDefined();
  });
});

describe("catalog_items", () => {
  const restaurants = {
    name: "restaurants",
    fields: [
      { name: "id", type: "string" },
      { name: "city", type: "string" },
      { name: "rating", type: "number" },
      { name: "external_id", type: "string" },
    ],
  };
  const items = (to: World) => to.workspace.content.catalogs[0]?.items ?? [];
  const withCatalog = (config: JsonObject = {}): World => {
    const to = world({}, config);
    to.workspace.content.catalogs.push({ ...restaurants, items: [] });
    return to;
  };
  const stream = (mode = "append_dedup"): StreamOptions => ({
    name: "places",
    columns: ["id", "city", "rating", "external_id"],
    destination_object_name: "catalog_items/restaurants",
    mode,
  });

  it("creates items in batches of 50, and sends of known ones only the fields that changed", async () => {
    const to = withCatalog();
    const item = (index: number, rating = 1) => ({
      id: `r${index}`,
      city: "Ghent",
      rating,
      external_id: "x",
    });
    const first = Array.from({ length: 120 }, (_, index) => item(index));
    expect((await writeAll(to, stream(), first)).exitCode).toBe(0);
    expect(items(to)).toHaveLength(120);
    expect(writesTo(to)).toEqual(["PUT", "PUT", "PUT"]);

    const before = to.workspace.requests.length;
    const second = first.map((each, index) =>
      index === 7 ? item(7, 5) : index === 8 ? { ...each, external_id: "y" } : each,
    );
    expect((await writeAll(to, stream(), second)).exitCode).toBe(0);
    const sent = to.workspace.requests.slice(before).filter(({ method }) => method !== "GET");
    expect(sent.map(({ method }) => method)).toEqual(["PATCH"]);
    expect(sent[0]?.body).toEqual({
      items: [
        { id: "r7", rating: 5 },
        { id: "r8", external_id: "y" },
      ],
    });
    expect(items(to).find(({ id }) => id === "r7")).toEqual(item(7, 5));
  });

  it("updates without creating, and deletes", async () => {
    const to = withCatalog();
    items(to).push({ id: "a", city: "Ghent", rating: 1 }, { id: "b", city: "Bruges", rating: 2 });
    await writeAll(to, stream("update"), [
      { id: "a", rating: 4 },
      { id: "new", rating: 4 },
    ]);
    expect(items(to)).toEqual([
      { id: "a", city: "Ghent", rating: 4 },
      { id: "b", city: "Bruges", rating: 2 },
    ]);
    await writeAll(to, stream("soft_delete"), [{ id: "b", city: "Bruges" }]);
    expect(items(to).map(({ id }) => id)).toEqual(["a"]);
  });

  it("rejects the items that Braze refuses, and only those", async () => {
    const to = withCatalog();
    const finished = await writeAll(to, stream(), [
      { id: "a", city: "Ghent" },
      { id: "b", unknown_field: 1 },
      { id: "has space", city: "x" },
      { id: "c", rating: "many" },
      { id: "d", city: "Ghent" },
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statistics(finished)).toEqual({ recordCount: 2, rejectedRecordCount: 3 });
    expect(items(to).map(({ id }) => id)).toEqual(["a", "d"]);
  });
});

it("does not send identities twice for which nothing is remembered, but again what may be repeated", async () => {
  const to = world();
  to.workspace.users.seed([{ external_id: "a" }]);
  const wanted = { external_id: "a", subscription_group_id: news, subscription_state: "subscribed" };
  await writeAll(to, "subscription_groups", [
    wanted,
    wanted,
    { ...wanted, subscription_state: "unsubscribed" },
  ]);
  // Three records about one user and group are one object with the last state.
  expect(requestsTo(to, "/v2/subscription/status/set")).toBe(1);
  expect(to.workspace.users.byExternalId("a")?.subscription_groups?.[news]).toBe("unsubscribed");
});

it.each([
  ["events", "soft_delete", "append, update, append_dedup, overwrite"],
  ["delete_users", "overwrite", "append, soft_delete, append_dedup"],
  ["subscription_groups", "update", "append, append_dedup, overwrite"],
])("refuses a stream of %s in the sync mode %s before it reads a record", async (name, mode, modes) => {
  const to = world();
  to.workspace.users.seed([{ external_id: "a" }]);
  const finished = await writeAll(to, { name, mode }, [{ external_id: "a" }]);
  expect(finished.exitCode).toBe(1);
  expect(finished.errors).toMatchObject([
    {
      failure_type: "config_error",
      message: expect.stringContaining(
        `The stream "${name}" asks for the sync mode ${mode}, which ${name} does not have: choose one of ${modes}.`,
      ),
    },
  ]);
  expect(to.workspace.requests.filter(({ method }) => method === "POST")).toEqual([]);
  expect(to.workspace.users.count).toBe(1);
});

describe("create_catalogs", () => {
  const stream: StreamOptions = {
    name: "cars",
    destination_object_name: "catalog_items/cars",
    stream: {
      name: "cars",
      supported_sync_modes: ["full_refresh"],
      json_schema: {
        type: "object",
        properties: {
          id: { type: "string" },
          doors: { type: ["null", "integer"] },
          built: { type: "string", format: "date-time" },
        },
      },
    },
  };
  const cars = [{ id: "a", doors: 4, built: "2026-01-01T00:00:00Z" }];

  it("makes the catalog, and later the fields, that a stream needs", async () => {
    const to = world({}, { create_catalogs: true });
    expect((await writeAll(to, stream, cars)).exitCode).toBe(0);
    expect(to.workspace.content.catalogs).toMatchObject([
      {
        name: "cars",
        fields: [
          { name: "id", type: "string" },
          { name: "doors", type: "number" },
          { name: "built", type: "time" },
        ],
        items: [{ id: "a", doors: 4 }],
      },
    ]);
    const wider = structuredClone(stream) as {
      stream: { json_schema: { properties: JsonObject } };
    } & StreamOptions;
    wider.stream.json_schema.properties.colour = { type: "string" };
    expect((await writeAll(to, wider, [{ ...cars[0], colour: "red" }])).exitCode).toBe(0);
    expect(to.workspace.content.catalogs[0]?.items).toMatchObject([{ id: "a", colour: "red" }]);
  });

  it("is off: a missing catalog ends the sync before the first record, with what to do", async () => {
    const finished = await writeAll(world(), stream, cars);
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringContaining('no catalog "cars"') },
    ]);
  });
});

it("writes to /users/track/bulk where the limits say so, up to 1,000 users a request", async () => {
  const to = world({}, { limits: { track_bulk: true } });
  const records = Array.from({ length: 1500 }, (_, index) => ({ external_id: `u${index}`, n: index }));
  const finished = await writeAll(to, "users", records);
  expect(finished.exitCode).toBe(0);
  expect(to.workspace.users.count).toBe(1500);
  expect(requestsTo(to, "/users/track/bulk")).toBe(2);
});

it("maps columns onto an object", async () => {
  const to = world(
    {},
    {
      streams: [
        {
          stream: "consents",
          object: "subscription_groups",
          identifiers: [{ field: "customer", as: "external_id" }],
          fields: [{ field: "consent", as: "subscription_state" }],
          static: [{ as: "subscription_group_id", value: news }],
        },
      ],
    },
  );
  to.workspace.users.seed([{ external_id: "a" }]);
  const columns = ["customer", "consent"];
  const finished = await writeAll(to, { name: "consents", columns }, [
    { customer: "a", consent: "subscribed" },
  ]);
  expect(finished.errors).toEqual([]);
  expect(to.workspace.users.byExternalId("a")?.subscription_groups?.[news]).toBe("subscribed");
});

it("rejects a record whose data is no object, and goes on", async () => {
  const to = world();
  const lines = [
    record("users", { external_id: "a", n: 1 }),
    line({ type: "RECORD", record: { stream: "users", data: null, emitted_at: 1 } }),
    record("users", { external_id: "b", n: 2 }),
    state("users", 1),
  ];
  const finished = await worlds.write(to, lines, catalogOf({ name: "users" }));
  expect(finished.exitCode).toBe(0);
  expect(statistics(finished)).toEqual({ recordCount: 2, rejectedRecordCount: 1 });
  expect(await rejectedRecords(to)).toMatchObject([{ record: null, reasons: [{ code: "invalid_value" }] }]);
});
