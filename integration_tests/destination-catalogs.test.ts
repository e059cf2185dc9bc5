/** Catalogs in all modes, and what a sync says of objects beside users. */
import { DestinationWorlds, rejectedRecords, reportOf, type World } from "./destination-world";
import { type Finished, run } from "./harness";
import type { JsonObject } from "./sandbox";
import { catalogOf, record, type StreamOptions, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

const columns = ["id", "city", "rating", "tags"];
const stream = (name: string, mode: string, rest: JsonObject = {}): StreamOptions => ({
  name,
  columns,
  mode,
  destination_object_name: "catalog_items/places",
  ...rest,
});

function world(config: JsonObject = {}): World {
  const to = worlds.world({}, config);
  const fields = [
    { name: "id", type: "string" },
    { name: "city", type: "string" },
    { name: "rating", type: "number" },
    { name: "tags", type: "array" },
    { name: "_merge_objects", type: "boolean" },
    { name: "external_id", type: "string" },
  ];
  to.workspace.content.catalogs.push({ name: "places", fields, items: [] });
  return to;
}

const items = ({ workspace }: World) => workspace.content.catalogs[0]?.items ?? [];

async function write(to: World, streams: StreamOptions[], records: [string, object][]): Promise<Finished> {
  const states = streams.map(({ name }) => state(name, 1));
  const lines = records.map(([name, data]) => record(name, data));
  const finished = await worlds.write(to, [...lines, ...states], catalogOf(...streams));
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  return finished;
}

/** The writing requests since the last call: their methods with what they carried. */
function requestsOf(to: World): () => [string, unknown][] {
  let seen = 0;
  return () => {
    const writing = to.workspace.requests.filter(({ method }) => method !== "GET");
    const fresh = writing.slice(seen);
    seen = writing.length;
    return fresh.map(({ method, body }) => [method, (body as { items?: unknown }).items ?? body]);
  };
}

describe("items of a catalog", () => {
  it.each([
    ["changed_attributes", [{ id: "a", rating: 2 }]],
    ["changed_profiles", [{ id: "a", city: "Ghent", rating: 2 }]],
    [
      "everything",
      [
        { id: "a", city: "Ghent", rating: 2 },
        { id: "b", city: "Bruges", rating: 1 },
      ],
    ],
  ])("with send %s: known ones are changed with PATCH, new ones created with PUT", async (send, known) => {
    const to = world({ send });
    const requests = requestsOf(to);
    const places = stream("places", "append_dedup");
    const both: [string, object][] = [
      ["places", { id: "a", city: "Ghent", rating: 1 }],
      ["places", { id: "b", city: "Bruges", rating: 1 }],
    ];
    await write(to, [places], both);
    expect(requests().map(([method]) => method)).toEqual(["PUT"]);
    await write(
      to,
      [places],
      [
        ["places", { id: "a", city: "Ghent", rating: 2 }],
        ["places", { id: "b", city: "Bruges", rating: 1 }],
        ["places", { id: "c", city: "Antwerp" }],
      ],
    );
    const sent = requests();
    expect(new Map(sent)).toEqual(
      new Map<string, unknown>([
        ["PATCH", known],
        ["PUT", [{ id: "c", city: "Antwerp" }]],
      ]),
    );
    expect(items(to)).toEqual([
      { id: "a", city: "Ghent", rating: 2 },
      { id: "b", city: "Bruges", rating: 1 },
      { id: "c", city: "Antwerp" },
    ]);
  });

  it("are never created in the mode update, however often they come and whatever is known of them", async () => {
    const to = world();
    const requests = requestsOf(to);
    const places = stream("places", "update");
    for (const rating of [1, 2, 2]) await write(to, [places], [["places", { id: "new", rating }]]);
    expect(requests().map(([method]) => method)).toEqual(["PATCH", "PATCH"]);
    expect(items(to)).toEqual([]);
  });

  it("are replaced in the mode overwrite each time", async () => {
    const to = world();
    const places = stream("places", "overwrite");
    await write(to, [places], [["places", { id: "a", city: "Ghent", rating: 1 }]]);
    await write(to, [places], [["places", { id: "a", city: "Ghent" }]]);
    expect(items(to)).toEqual([{ id: "a", city: "Ghent" }]);
  });

  it("have fields called like options of profiles, which are values like others", async () => {
    const to = world();
    const requests = requestsOf(to);
    const places = stream("places", "append", { columns: [...columns, "_merge_objects", "external_id"] });
    const item = { id: "a", city: "Ghent", _merge_objects: true, external_id: "x" };
    await write(to, [places], [["places", item]]);
    expect(items(to)).toEqual([item]);
    await write(to, [places], [["places", { ...item, _merge_objects: false }]]);
    expect(requests().at(-1)).toEqual(["PATCH", [{ id: "a", _merge_objects: false }]]);
  });

  it("of two streams: a warning says what they take from each other, and the mode update keeps them apart", async () => {
    const to = world();
    const finished = await write(
      to,
      [stream("cities", "append"), stream("ratings", "append")],
      [["cities", { id: "a", city: "Ghent" }]],
    );
    expect(finished.logs("WARN").join("\n")).toContain("cities and ratings all write catalog_items/places");
    const apart = await write(
      to,
      [stream("cities", "append"), stream("ratings", "update")],
      [
        ["cities", { id: "b", city: "Bruges" }],
        ["ratings", { id: "b", rating: 3 }],
      ],
    );
    expect(apart.logs("WARN").join("\n")).toContain("all write");
    expect(items(to)).toEqual([
      { id: "a", city: "Ghent" },
      { id: "b", city: "Bruges", rating: 3 },
    ]);
  });

  it("are not created in a dry run, which counts what it would send and says to which object", async () => {
    const to = world();
    const finished = await run("destination-braze", "write", {
      config: to.config,
      catalog: catalogOf(stream("places", "append")),
      input: [
        record("places", { id: "a", city: "Ghent" }),
        record("places", { id: "b", city: "Ghent" }),
        record("places", { id: "no id " }),
        state("places", 1),
      ],
      extraArguments: ["--dry-run"],
    });
    expect(finished.exitCode).toBe(0);
    expect(finished.states).toEqual([]);
    expect(items(to)).toEqual([]);
    const report = await reportOf(to);
    expect(report).toMatchObject({
      dry_run: true,
      requests: 1,
      objects: 2,
      data_points: { received: 0, sent: 0 },
      streams: { places: { object: "catalog_items/places", received: 3, accepted: 2, rejected: 1 } },
    });
  });
});

describe("objects beside users", () => {
  it("are named in the report, with what became of their records", async () => {
    const to = world();
    to.workspace.users.seed([{ external_id: "a" }]);
    await write(
      to,
      [{ name: "users", mode: "soft_delete" }, { name: "rename_external_ids" }],
      [
        ["users", { external_id: "a" }],
        ["rename_external_ids", { current_external_id: "nobody", new_external_id: "x" }],
      ],
    );
    const report = await reportOf(to);
    expect(report.streams).toMatchObject({
      users: { object: "delete_users", accepted: 1 },
      rename_external_ids: { object: "rename_external_ids", rejected: 1 },
    });
  });

  it("are deleted by a mapping that was written for users", async () => {
    const to = worlds.world(
      {},
      {
        streams: [
          {
            stream: "contacts",
            object: "users",
            identifiers: [{ field: "key", as: "external_id" }],
            fields: [{ field: "mail", as: "email" }],
          },
        ],
      },
    );
    to.workspace.users.seed([{ external_id: "17", email: "a@x.org" }, { external_id: "18" }]);
    await write(
      to,
      [{ name: "contacts", mode: "soft_delete", columns: ["key", "mail"] }],
      [["contacts", { key: 17, mail: "other@x.org" }]],
    );
    expect(to.workspace.users.count).toBe(1);
    expect(to.workspace.users.byExternalId("18")).toBeDefined();
  });

  it("have nothing to do with removed profiles", async () => {
    const to = world({ removed_profiles: "delete_user" });
    to.workspace.users.seed([{ external_id: "a" }]);
    const places = stream("places", "append");
    await write(
      to,
      [places],
      [
        ["places", { id: "a", city: "Ghent" }],
        ["places", { id: "b", city: "x" }],
      ],
    );
    const again = await write(to, [places], [["places", { id: "b", city: "x" }]]);
    expect(again.everything).not.toContain("known profiles");
    expect(again.everything).not.toContain("who belongs to it");
    expect(to.workspace.users.count).toBe(1);
    expect(items(to)).toHaveLength(2);
  });

  it("take ids that arrive as numbers, and pass over nulls", async () => {
    const to = world();
    to.workspace.users.seed([{ external_id: "17" }]);
    await write(
      to,
      [{ name: "user_aliases" }, { name: "rename_external_ids" }],
      [
        ["user_aliases", { external_id: 17, alias_label: "card", alias_name: 4711, old_alias_name: null }],
        ["rename_external_ids", { current_external_id: 17, new_external_id: 18 }],
      ],
    );
    expect(await rejectedRecords(to)).toEqual([]);
    expect(to.workspace.users.byExternalId("18")?.user_aliases).toEqual([
      { alias_name: "4711", alias_label: "card" },
    ]);
  });

  it("are checked: the permission that is missing is named", async () => {
    const to = worlds.world({ permissions: ["users.track", "users.merge"] });
    const check = async (object: string): Promise<string> => {
      const streams = [
        { stream: "s", object, identifiers: [{ field: "id", as: "external_id" }], fields: [] },
      ];
      const finished = await run("destination-braze", "check", { config: { ...to.config, streams } });
      return JSON.stringify(finished.check);
    };
    expect(await check("delete_users")).toMatch(/FAILED.*users\.delete/);
    expect(await check("campaign_trigger/x")).toMatch(/FAILED.*campaigns\.trigger\.send/);
  });
});
