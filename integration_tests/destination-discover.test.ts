import { DestinationWorlds } from "./destination-world";
import type { Finished } from "./harness";

const worlds = DestinationWorlds.forAllTests();

interface Operation {
  object_name: string;
  sync_mode: string;
  json_schema: { title?: string; properties: Record<string, unknown>; additionalProperties?: unknown };
  matching_keys: string[][];
}

const operationsIn = (finished: Finished): Operation[] =>
  finished.messages.flatMap(
    ({ destination_catalog: catalog }) => catalog?.operations ?? [],
  ) as unknown as Operation[];

const modesOf = (operations: readonly Operation[], name: string): string[] =>
  operations.filter(({ object_name }) => object_name === name).map(({ sync_mode }) => sync_mode);

it("offers every object with its sync modes, keys and the workspace's own fields", async () => {
  const to = worlds.world();
  to.workspace.users.seed([{ external_id: "a", custom_attributes: { loyalty_points: 3 } }]);
  to.workspace.defineCustomAttribute("favourite_city", "String");
  to.workspace.content.catalogs.push({
    name: "restaurants",
    fields: [
      { name: "id", type: "string" },
      { name: "rating", type: "number" },
    ],
    items: [],
  });
  to.workspace.createCampaign({ id: "c1", name: "Receipt", scheduleType: "api_triggered" });
  to.workspace.createCampaign({ id: "c2", name: "Weekly", scheduleType: "time_based" });
  to.workspace.createCanvas({ id: "v1", name: "Welcome", scheduleType: "api_triggered" });

  const finished = await worlds.discover(to);
  expect(finished.exitCode).toBe(0);
  expect(finished.logs("WARN")).toEqual([]);
  const operations = operationsIn(finished);
  expect([...new Set(operations.map(({ object_name }) => object_name))]).toEqual([
    "users",
    "events",
    "purchases",
    "subscription_groups",
    "user_aliases",
    "identify_users",
    "merge_users",
    "delete_users",
    "rename_external_ids",
    "catalog_items/restaurants",
    "campaign_trigger/c1",
    "canvas_trigger/v1",
  ]);
  expect(modesOf(operations, "users")).toEqual(["append", "append_dedup", "update", "soft_delete"]);
  expect(modesOf(operations, "events")).toEqual(["append", "update"]);
  expect(modesOf(operations, "catalog_items/restaurants")).toContain("soft_delete");
  const [users] = operations;
  expect(users?.json_schema.properties.favourite_city).toEqual({ type: ["null", "string"] });
  expect(users?.json_schema.properties.email).toBeDefined();
  expect(users?.json_schema.additionalProperties).toBe(true);
  expect(users?.matching_keys).toContainEqual(["external_id"]);
  const items = operations.find(({ object_name }) => object_name === "catalog_items/restaurants");
  expect(items?.json_schema.properties).toMatchObject({ id: {}, rating: { type: ["null", "number"] } });
  // Braze refuses items with fields that the catalog does not have.
  expect(items?.json_schema.additionalProperties).toBe(false);
  const deletions = operations.filter(({ sync_mode }) => sync_mode === "soft_delete");
  for (const { json_schema } of deletions) {
    expect(json_schema.properties).not.toHaveProperty("favourite_city");
    expect(json_schema.properties).not.toHaveProperty("rating");
    expect(json_schema.additionalProperties).toBe(false);
  }
  expect(operations.find(({ object_name }) => object_name === "campaign_trigger/c1")?.json_schema.title).toBe(
    "Receipt",
  );
  // Asking what may be written has written nothing.
  expect(to.workspace.users.count).toBe(1);
  expect(to.workspace.messages).toHaveLength(0);
});

it("lets people add fields to a catalog where they are created", async () => {
  const to = worlds.world({}, { create_catalogs: true });
  to.workspace.content.catalogs.push({ name: "cars", fields: [{ name: "id", type: "string" }], items: [] });
  const items = operationsIn(await worlds.discover(to)).filter(
    ({ object_name }) => object_name === "catalog_items/cars",
  );
  expect(items.map(({ sync_mode, json_schema }) => [sync_mode, json_schema.additionalProperties])).toEqual([
    ["append", true],
    ["append_dedup", true],
    ["overwrite", true],
    ["update", true],
    ["soft_delete", false],
  ]);
});

it("leaves out what the key may not write, and names the permission", async () => {
  const to = worlds.world({
    permissions: ["users.track", "catalogs.get", "catalogs.update_items", "custom_attributes.get"],
  });
  to.workspace.content.catalogs.push({ name: "cars", fields: [{ name: "id", type: "string" }], items: [] });
  const finished = await worlds.discover(to);
  expect(finished.exitCode).toBe(0);
  const operations = operationsIn(finished);
  expect(modesOf(operations, "users")).toEqual(["append", "append_dedup", "update"]);
  expect(modesOf(operations, "catalog_items/cars")).toEqual(["update"]);
  expect(modesOf(operations, "merge_users")).toEqual([]);
  const warnings = finished.logs("WARN").join("\n");
  for (const permission of ["users.delete", "users.merge", "campaigns.list", "catalogs.replace_items"]) {
    expect(warnings).toContain(permission);
  }
});

it("offers what can be written where the instance has no lists of what there is", async () => {
  const to = worlds.world();
  to.workspace.faults.add({
    kind: "status",
    status: 404,
    method: "GET",
    path: /^\/(custom_attributes|catalogs|campaigns\/list|canvas\/list)$/,
    times: Infinity,
  });
  const finished = await worlds.discover(to);
  expect(finished.exitCode).toBe(0);
  expect(modesOf(operationsIn(finished), "events")).toEqual(["append", "update"]);
});

it("says what is wrong with a key that may write nothing", async () => {
  const to = worlds.world();
  const finished = await worlds.discover({ ...to, config: { ...to.config, api_key: "wrong-key" } });
  expect(finished.exitCode).toBe(1);
  expect(finished.errors).toMatchObject([{ failure_type: "config_error" }]);
  expect(finished.errors[0]?.message).toContain("api_key");
});

it.each([
  ["fails", { kind: "status", status: 500 }, "transient_error", "kept failing"],
  [
    "is not Braze at all",
    { kind: "status", status: 200, body: "<html>hello</html>", headers: { "content-type": "text/html" } },
    "config_error",
    "web page",
  ],
] as const)("says so when what it asks %s", async (_, fault, failureType, words) => {
  const to = worlds.world();
  to.workspace.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
  const finished = await worlds.discover(to);
  expect(finished.exitCode).toBe(1);
  expect(operationsIn(finished)).toEqual([]);
  expect(finished.errors).toHaveLength(1);
  expect(finished.errors[0]).toMatchObject({ failure_type: failureType });
  expect(finished.errors[0]?.message).toContain(words);
});
