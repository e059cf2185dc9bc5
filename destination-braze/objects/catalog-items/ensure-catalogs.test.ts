import type { BrazeRequest } from "@braze-connectors/shared/braze/client";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { Mapping } from "@braze-connectors/spec/mapping";
import { planRoutes } from "../../routes";
import { settingsOf } from "../../settings";
import { catalogCaveats } from "./caveats";
import { ensureCatalogs, wantedFields } from "./ensure-catalogs";

type Stream = ConfiguredAirbyteCatalog["streams"][number];

const stream = (name: string, properties: JsonObject, changes: Partial<Stream> = {}): Stream => ({
  stream: { name, json_schema: { properties }, supported_sync_modes: ["full_refresh"] },
  sync_mode: "full_refresh",
  destination_sync_mode: "append",
  destination_object_name: "catalog_items/cars",
  ...changes,
});

const routesOf = (streams: Stream[], mappings: Mapping[] = []) =>
  planRoutes(
    { streams },
    { ...settingsOf({ url: "https://rest.iad-01.braze.com", api_key: "k" }), streams: mappings },
  );

const columns: JsonObject = {
  id: { type: "string" },
  doors: { type: ["null", "integer"] },
  price: { type: "number" },
  sold: { type: "boolean" },
  built: { type: "string", format: "date-time" },
  day: { type: ["string", "null"], format: "date" },
  tags: { type: "array" },
  engine: { type: "object" },
  mixed: { type: ["string", "number"] },
  open: {},
  _airbyte_raw_id: { type: "string" },
};

interface Options {
  catalogs?: unknown;
  status?: number;
  create?: boolean;
  dryRun?: boolean;
  mappings?: Mapping[];
}

async function ensure(streams: Stream[], { catalogs = [], status = 200, mappings, ...rest }: Options = {}) {
  const posted: [string, unknown][] = [];
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (text: string) => void warnings.push(text),
    debug: () => undefined,
  };
  await ensureCatalogs(
    { streams },
    routesOf(streams, mappings),
    {
      get: async () => ({ status, headers: {}, body: { catalogs } as unknown }),
      post: async (path: string, { body }: Omit<BrazeRequest, "method" | "path"> = {}) => {
        posted.push([path, body]);
        return { status: 201, headers: {}, body: {} };
      },
    },
    { of: () => new RateLimit() },
    { create: true, dryRun: false, ...rest },
    log as unknown as Parameters<typeof ensureCatalogs>[5],
  );
  return { posted, warnings };
}

describe("ensureCatalogs", () => {
  it("asks nothing where no catalog is written to", async () => {
    const users = stream("users", { external_id: {} }, { destination_object_name: "users" });
    expect(await ensure([users], { status: 500 })).toEqual({ posted: [], warnings: [] });
  });

  it("creates a catalog with a field for each column, typed as the column's schema", async () => {
    const { posted } = await ensure([
      stream("cars", columns),
      stream("more", { id: {}, wheels: { type: "integer" } }),
    ]);
    expect(posted).toEqual([
      [
        "/catalogs",
        {
          catalogs: [
            {
              name: "cars",
              description: expect.any(String),
              fields: [
                { name: "id", type: "string" },
                { name: "doors", type: "number" },
                { name: "price", type: "number" },
                { name: "sold", type: "boolean" },
                { name: "built", type: "time" },
                { name: "day", type: "time" },
                { name: "tags", type: "array" },
                { name: "engine", type: "object" },
                { name: "mixed", type: "string" },
                { name: "open", type: "string" },
                { name: "wheels", type: "number" },
              ],
            },
          ],
        },
      ],
    ]);
  });

  it("adds missing fields to a catalog, 50 a request", async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, {}]));
    const catalogs = [{ name: "cars", fields: [{ name: "f0", type: "string" }] }];
    const { posted } = await ensure([stream("cars", { id: {}, ...many })], { catalogs });
    expect(posted.map(([path, body]) => [path, (body as { fields: unknown[] }).fields.length])).toEqual([
      ["/catalogs/cars/fields", 50],
      ["/catalogs/cars/fields", 9],
    ]);
  });

  it("does nothing where all is there, or in a dry run", async () => {
    const catalogs = [{ name: "cars", fields: [{ name: "a", type: "string" }] }];
    expect((await ensure([stream("cars", { id: {}, a: {} })], { catalogs })).posted).toEqual([]);
    expect((await ensure([stream("cars", { id: {}, a: {} })], { dryRun: true })).posted).toEqual([]);
  });

  it("without create_catalogs ends the sync for a missing catalog, and warns of missing fields", async () => {
    const cars = stream("cars", { id: {}, a: {} });
    await expect(ensure([cars], { create: false, catalogs: [{ name: "boats" }] })).rejects.toMatchObject({
      failureType: "config_error",
      message:
        'The workspace has no catalog "cars" (it has boats): create it in Braze, or set create_catalogs to true.',
    });
    const { posted, warnings } = await ensure([cars], {
      create: false,
      catalogs: [{ name: "cars", fields: [] }],
    });
    expect(posted).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('"cars" has no fields for the columns a')]);
  });

  it("goes on with a warning where the key may not list catalogs", async () => {
    const { posted, warnings } = await ensure([stream("cars", columns)], { status: 403, create: false });
    expect(posted).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("catalogs.get")]);
  });

  it("sees to what a mapping writes: fields, static values and remaining columns", () => {
    const streams = [
      stream(
        "vehicles",
        { key: {}, cost: { type: "number" }, hp: { type: "integer" }, brand: { type: "string" } },
        {
          destination_object_name: undefined,
        },
      ),
    ];
    const mapping: Mapping = {
      stream: "vehicles",
      object: "catalog_items/cars",
      fields: [
        { field: "key", as: "id" },
        { field: "cost", as: "price" },
        { field: "hp", as: "engine.power" },
      ],
      static: [
        { as: "source", value: "crm" },
        { as: "rank", value: 1 },
      ],
      remaining: { include: true, prefix: "x_" },
    };
    expect(wantedFields({ streams }, routesOf(streams, [mapping]))).toEqual(
      new Map([
        [
          "cars",
          [
            { name: "price", type: "number" },
            { name: "engine", type: "object" },
            { name: "x_brand", type: "string" },
            { name: "source", type: "string" },
            { name: "rank", type: "number" },
          ],
        ],
      ]),
    );
  });

  it("wants no fields for items that are deleted", () => {
    const streams = [stream("gone", columns, { destination_sync_mode: "soft_delete" })];
    expect(wantedFields({ streams }, routesOf(streams))).toEqual(new Map([["cars", []]]));
  });
});

describe("catalogCaveats", () => {
  const caveats = (...modes: Stream["destination_sync_mode"][]) => {
    const streams = modes.map((mode, index) => stream(`s${index}`, columns, { destination_sync_mode: mode }));
    return catalogCaveats(routesOf(streams));
  };

  it("warns of two streams that may replace each other's items", () => {
    expect(caveats("append", "append_dedup")).toEqual([
      expect.stringMatching(/^s0 and s1 all write catalog_items\/cars\./),
    ]);
    expect(caveats("update", "overwrite")).toHaveLength(1);
  });

  it("does not where none replaces, or only one writes", () => {
    expect(caveats("update", "update")).toEqual([]);
    expect(caveats("append", "soft_delete")).toEqual([]);
    expect(caveats("append")).toEqual([]);
  });
});
