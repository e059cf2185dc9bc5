/** The columns of segment_users, as config and workspace make them, from the executable's point of view. */
import { configure, run } from "./harness";
import { plainUser, type Workspace } from "./sandbox";
import { Audience, expectComplete } from "./source-audience";
import { SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

describe("a mapping", () => {
  const mapping = {
    identifiers: [{ field: "external_id", as: "customer" }],
    fields: [
      { field: "email", as: "mail" },
      { field: "custom_attributes.loyalty_points", as: "points" },
    ],
    static: [{ as: "origin", value: "braze" }],
  };
  const lastRequest = (workspace: Workspace): object =>
    workspace.requests.filter(({ path }) => path === "/users/export/segment").at(-1)?.body as object;
  const discovered = async ({ config }: Audience) => {
    const { catalog } = await run("source-braze", "discover", { config });
    return { streams: catalog.streams.filter(({ name }) => name === "segment_users") };
  };

  test("names the columns in discover, in records and in what Braze is asked for", async () => {
    const audience = new Audience(world, 2, 10, { mapping });
    const catalog = await discovered(audience);
    expect(Object.keys(catalog.streams[0]?.json_schema.properties as object).sort()).toEqual(
      [
        "braze_id",
        "customer",
        "exported_at",
        "left_segment_at",
        "mail",
        "origin",
        "points",
        "segment_id",
      ].sort(),
    );
    const finished = await run("source-braze", "read", {
      config: audience.config,
      catalog: configure(catalog),
      env: { TMPDIR: world.temporary },
    });
    expect(finished.records().map(({ data }) => data)).toEqual(
      [0, 1].map((index) => ({
        segment_id: audience.segment.id,
        exported_at: expect.any(String),
        braze_id: plainUser(index).braze_id,
        customer: `user-${index}`,
        mail: `user-${index}@example.com`,
        points: plainUser(index).custom_attributes?.loyalty_points,
        origin: "braze",
      })),
    );
    const request = lastRequest(audience.workspace) as { fields_to_export: string[] };
    expect(request.fields_to_export.sort()).toEqual(["braze_id", "email", "external_id"]);
    expect(request).toMatchObject({ custom_attributes_to_export: ["loyalty_points"] });
  });

  test("of the remaining columns makes one of each custom attribute, and the catalog chooses among them", async () => {
    const audience = new Audience(world, 2, 10, { mapping: { remaining: { include: true, prefix: "b_" } } });
    const catalog = await discovered(audience);
    const properties = catalog.streams[0]?.json_schema.properties as object;
    expect(properties).toMatchObject({ b_plan: { type: ["null", "string"] }, b_email: {}, segment_id: {} });
    const chosen = configure(catalog, ({ stream }) => {
      stream.json_schema.properties = { segment_id: {}, braze_id: {}, b_plan: {}, b_language: {} };
    });
    const finished = await run("source-braze", "read", {
      config: audience.config,
      catalog: chosen,
      env: { TMPDIR: world.temporary },
    });
    const user = plainUser(0);
    expect(finished.records()[0]?.data).toEqual({
      segment_id: audience.segment.id,
      braze_id: user.braze_id,
      b_plan: user.custom_attributes?.plan,
      b_language: user.language,
    });
    expect(lastRequest(audience.workspace)).toMatchObject({
      fields_to_export: expect.arrayContaining(["braze_id", "language"]),
      custom_attributes_to_export: ["plan"],
    });
  });

  test("is compared by what it reads, and who left keeps the key", async () => {
    const audience = new Audience(world, 3, 10, { mapping });
    const columns = ["segment_id", "braze_id", "left_segment_at", "mail", "points", "origin"];
    const first = await audience.sync(undefined, { columns });
    expect(first.records()[0]?.data).toMatchObject({ mail: "user-0@example.com", origin: "braze" });
    const [gone = "", changed = "", other = ""] = audience.ids;
    audience.remove(gone);
    audience.change(changed, { email: "new@example.com" });
    audience.change(other, {
      first_name: "Not mapped",
      custom_attributes: { loyalty_points: 74, plan: "x" },
    });
    const second = await audience.sync(first, { columns });
    expect(second.records().map(({ data }) => data)).toEqual([
      expect.objectContaining({ braze_id: changed, mail: "new@example.com" }),
      {
        segment_id: audience.segment.id,
        braze_id: gone,
        left_segment_at: expect.any(String),
        origin: "braze",
      },
    ]);
    audience.config.segment_export = { ...audience.config.segment_export, mapping: {} };
    const third = await audience.sync(second);
    expectComplete(third, audience.ids);
    expect(third.logs("INFO").join("\n")).toContain("Columns or mapping are not those");
  });

  test.each(["check", "discover", "read"] as const)(
    "that is not consistent: %s says where",
    async (command) => {
      const audience = new Audience(world, 2, 10, {
        fields: ["email"],
        mapping: { fields: [{ field: "phone", as: "number" }] },
      });
      const finished = await run("source-braze", command, {
        ...world.readOptions(audience.config),
        ...(command === "read" ? {} : { catalog: undefined }),
      });
      const said = command === "check" ? finished.check.message : finished.errors[0]?.message;
      expect(said).toMatch(/segment_export\.mapping\.fields\.0.*"phone"/);
    },
  );
});

test("discover of a workspace with 1,000 custom attributes and 500 segments takes few requests", async () => {
  const workspace = world.withStorage();
  for (let index = 0; index < 1000; index += 1)
    workspace.defineCustomAttribute(`attribute ${index}`, "String");
  const segments = Array.from({ length: 500 }, (_, index) =>
    workspace.createSegment({ name: `Segment ${index}`, size: 1, generate: plainUser }),
  );
  const before = workspace.requests.length;
  const { catalog } = await run("source-braze", "discover", {
    config: world.storageConfig(workspace, segments),
  });
  expect(workspace.requests.length - before).toBeLessThanOrEqual(25);
  const users = catalog.streams.find(({ name }) => name === "segment_users");
  expect(users).toMatchObject({
    json_schema: { properties: { custom_attributes: { properties: { "attribute 999": {} } } } },
  });
});
