import type { WorkspaceOptions } from "../../index";
import type { JsonObject } from "../../json";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const field = (name: string, type: string) => ({ name, type });
const FIELDS = [
  field("id", "string"),
  field("Name", "string"),
  field("Rating", "number"),
  field("Open", "boolean"),
  field("Since", "time"),
  field("Location", "object"),
  field("Dishes", "array"),
];

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.content.catalogs.push({
    name: "food",
    fields: FIELDS.map((each) => ({ ...each })),
    items: [{ id: "r1", Name: "One", Rating: 1, Dishes: ["a", "b"] }],
  });
  const { call, get, post } = caller(sandbox.braze, workspace);
  const send = (method: string, ...items: unknown[]) => call(method, "/catalogs/food/items", { items });
  const items = () => workspace.content.catalogs.find(({ name }) => name === "food")?.items;
  return { workspace, call, get, post, send, items };
}

describe("items", () => {
  it("are created by POST, which leaves alone what exists", async () => {
    const { send, items } = open();
    expect(await send("POST", { id: "r2", Name: "Two" }, { id: "r1", Name: "Other" })).toMatchObject({
      status: 202,
      body: { message: "success" },
    });
    expect(items()).toEqual([
      { id: "r1", Name: "One", Rating: 1, Dishes: ["a", "b"] },
      { id: "r2", Name: "Two" },
    ]);
  });

  it("are replaced or created by PUT", async () => {
    const { send, items, get } = open();
    expect((await send("PUT", { id: "r1", Name: "New" }, { id: "r2" })).status).toBe(202);
    expect(items()).toEqual([{ id: "r1", Name: "New" }, { id: "r2" }]);
    expect((await get("/catalogs/food/items")).body.items).toHaveLength(2);
  });

  it("are edited by PATCH if they exist, arrays by $add and $remove", async () => {
    const { send, items } = open();
    const dishes = { $add: ["c"], $remove: ["a"] };
    expect((await send("PATCH", { id: "r1", Name: "New", Dishes: dishes }, { id: "r2" })).status).toBe(202);
    expect(items()).toEqual([{ id: "r1", Name: "New", Rating: 1, Dishes: ["b", "c"] }]);
    expect((await send("PUT", { id: "r1", Dishes: dishes })).status).toBe(400);
  });

  it("are removed by DELETE", async () => {
    const { send, items } = open();
    expect((await send("DELETE", { id: "r1" }, { id: "unknown" })).status).toBe(202);
    expect(items()).toEqual([]);
  });

  it("are converted to the types of the fields", async () => {
    const { send, items } = open();
    const { status } = await send("PUT", {
      id: "r1",
      Name: 7,
      Rating: "2.5",
      Open: "true",
      Since: "2026-01-01T00:00:00Z",
      Location: { lat: 1 },
      Dishes: null,
    });
    expect(status).toBe(202);
    expect(items()).toEqual([
      {
        id: "r1",
        Name: "7",
        Rating: 2.5,
        Open: true,
        Since: "2026-01-01T00:00:00Z",
        Location: { lat: 1 },
        Dishes: null,
      },
    ]);
  });
});

const nested = (levels: number): JsonObject => (levels === 0 ? {} : { x: nested(levels - 1) });

it.each<[string, unknown[], object]>([
  ["item-array-invalid", ["text"], {}],
  ["item-array-invalid", [], {}],
  ["request-includes-too-many-items", Array.from({ length: 51 }, (_, index) => ({ id: `${index}` })), {}],
  [
    "items-missing-ids",
    [{ Name: "x" }, { id: "" }],
    { message: "There are 2 item(s) that do not have ids", parameters: [], parameter_values: [] },
  ],
  ["ids-not-strings", [{ id: 7 }], { parameters: ["id"], parameter_values: [7] }],
  ["ids-too-large", [{ id: "a".repeat(251) }], { parameters: ["id"] }],
  ["invalid-ids", [{ id: "a b" }], { parameter_values: ["a b"] }],
  ["ids-not-unique", [{ id: "a" }, { id: "a" }], { parameter_values: ["a"] }],
  [
    "invalid-fields",
    [{ id: "ok" }, { id: "a", Unknown: 1 }],
    {
      message: "Some of the fields given do not exist in the catalog",
      parameters: ["id"],
      parameter_values: ["a"],
    },
  ],
  ["items-too-large", [{ id: "a", Name: "x".repeat(5001) }], {}],
  ["invalid-keys-in-value-object", [{ id: "a", Location: { "a.b": 1 } }], {}],
  ["invalid-keys-in-value-object", [{ id: "a", Location: { x: [{ $y: 1 }] } }], {}],
  ["too-deep-nesting-in-value-object", [{ id: "a", Location: nested(50) }], {}],
  ["unable-to-coerce-value", [{ id: "a", Rating: "many" }], { parameter_values: ["a"] }],
  ["unable-to-coerce-value", [{ id: "a", Name: ["x"] }], {}],
  ["unable-to-coerce-value", [{ id: "a", Since: "yesterday" }], {}],
])("%s refuses the whole request", async (id, wrong, error) => {
  const { send, items } = open();
  const before = structuredClone(items());
  const { status, body } = await send("PUT", ...wrong);
  expect(status).toBe(400);
  expect(body).toEqual({ message: "Invalid Request", errors: [expect.objectContaining({ id, ...error })] });
  expect(items()).toEqual(before);
});

it("names every wrong item", async () => {
  const { send } = open();
  const { body } = await send("PUT", { id: "a", No: 1 }, { id: "b" }, { id: "c", Rating: [] });
  expect(body.errors).toMatchObject([
    { id: "invalid-fields", parameter_values: ["a"] },
    { id: "unable-to-coerce-value", parameter_values: ["c"] },
  ]);
});

it("does not know every catalog", async () => {
  const { call } = open();
  expect(await call("PUT", "/catalogs/none/items", { items: [{ id: "a" }] })).toMatchObject({
    status: 404,
    body: { errors: [{ id: "catalog-not-found", parameter_values: ["none"] }], message: "Invalid Request" },
  });
});

describe("catalogs", () => {
  const create = (definition: object) => ({ catalogs: [{ name: "shops", fields: FIELDS, ...definition }] });

  it("are created, get fields, and take items", async () => {
    const { get, call, post } = open();
    const created = await post("/catalogs", create({ description: "Shops" }));
    expect(created).toMatchObject({
      status: 201,
      body: { message: "success", catalogs: [{ name: "shops", description: "Shops", num_items: 0 }] },
    });
    expect((await post("/catalogs/shops/fields", { fields: [field("City", "string")] })).status).toBe(202);
    expect((await call("POST", "/catalogs/shops/items", { items: [{ id: "s", City: "Bonn" }] })).status).toBe(
      202,
    );
    const { body } = await get("/catalogs");
    expect(body.catalogs).toMatchObject([{ name: "food" }, { name: "shops", num_items: 1 }]);
  });

  it.each<[string, object]>([
    ["catalog-array-invalid", { catalogs: "text" }],
    ["too-many-catalog-atoms", { catalogs: [{}, {}] }],
    ["catalog-name-already-exists", create({ name: "food" })],
    ["invalid-catalog-name", create({ name: "my shops" })],
    ["catalog-name-too-large", create({ name: "a".repeat(251) })],
    ["description-too-long", create({ description: "a".repeat(251) })],
    ["invalid-fields", create({ fields: [{ name: "id" }] })],
    ["id-not-first-column", create({ fields: [field("Name", "string"), field("id", "string")] })],
    ["id-not-first-column", create({ fields: [field("id", "number")] })],
    ["field-names-not-unique", create({ fields: [...FIELDS, field("Name", "number")] })],
    ["field-names-too-large", create({ fields: [...FIELDS, field("a".repeat(251), "number")] })],
    ["invalid-field-names", create({ fields: [...FIELDS, field("a b", "number")] })],
    ["invalid-field-types", create({ fields: [...FIELDS, field("a", "date")] })],
    [
      "too-many-fields",
      create({ fields: Array.from({ length: 501 }, (_, index) => field(`f${index}`, "string")) }),
    ],
  ])("are refused: %s", async (id, body) => {
    const { workspace, post } = open();
    expect(await post("/catalogs", body)).toMatchObject({
      status: 400,
      body: { errors: [{ id }], message: "Invalid Request" },
    });
    expect(workspace.content.catalogs).toHaveLength(1);
  });

  it("take at most 50 new fields a request, and 500 in all", async () => {
    const { post } = open();
    const fields = (count: number, prefix: string) => ({
      fields: Array.from({ length: count }, (_, index) => field(`${prefix}${index}`, "string")),
    });
    expect((await post("/catalogs/food/fields", fields(51, "a"))).body).toMatchObject({
      errors: [{ id: "request-includes-too-many-fields" }],
    });
    for (let round = 0; round < 9; round += 1) await post("/catalogs/food/fields", fields(50, `r${round}_`));
    expect((await post("/catalogs/food/fields", fields(50, "b"))).body).toMatchObject({
      errors: [{ id: "catalog-exceeds-fields-limit" }],
    });
    expect((await post("/catalogs/food/fields", { fields: [field("Name", "string")] })).status).toBe(400);
    expect((await post("/catalogs/none/fields", fields(1, "c"))).status).toBe(404);
  });
});

it("has a permission for each method, and one rate limit for writing", async () => {
  const permissions = ["catalogs.add_items", "catalogs.delete_items"];
  const locked = open({ permissions, limits: { perMinute: { catalog_items_write: 3 } } });
  const statuses = [];
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    statuses.push((await locked.send(method, { id: "x" })).status);
  }
  expect(statuses).toEqual([202, 403, 202, 429]);
  const usual = open();
  expect((await usual.send("PUT", { id: "x" })).headers.get("x-ratelimit-limit")).toBe("16000");
  expect((await usual.get("/catalogs/food/items")).headers.get("x-ratelimit-limit")).toBe("50");
});
