import { applyMapping } from "@braze-connectors/shared/mapping/apply";
import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import { planRoutes } from "./routes";
import { type Settings, settingsOf } from "./settings";

type Changes = Partial<Omit<ConfiguredAirbyteStream, "stream">> & { namespace?: string };

const stream = (name: string, columns: string[], { namespace, ...changes }: Changes = {}) => ({
  stream: {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    json_schema: { properties: Object.fromEntries(columns.map((column) => [column, {}])) },
    supported_sync_modes: ["full_refresh" as const],
  },
  sync_mode: "full_refresh" as const,
  destination_sync_mode: "append" as const,
  ...changes,
});

const settings = settingsOf({ url: "https://rest.iad-01.braze.com", api_key: "k" });
const plan = (streams: ConfiguredAirbyteCatalog["streams"], changed: Partial<Settings> = {}) =>
  planRoutes({ streams }, { ...settings, ...changed });
const routeOf = (...parameters: Parameters<typeof stream>) => {
  const [[route] = []] = plan([stream(...parameters)]).values();
  return route as NonNullable<typeof route>;
};

describe("planRoutes", () => {
  it("takes the destination object first, then the stream's name, then an identifier column", () => {
    expect(routeOf("users", [], { destination_object_name: "events" }).object.name).toBe("events");
    expect(routeOf("purchases", ["email"]).object.name).toBe("purchases");
    for (const column of ["external_id", "user_alias", "braze_id", "email", "phone"]) {
      expect(routeOf("contacts", ["x", column]).object.name).toBe("users");
    }
  });

  it("names the objects there are when the one asked for does not exist", () => {
    const wrong = () => plan([stream("contacts", [], { destination_object_name: "people" })]);
    expect(wrong).toThrow(
      'The stream "contacts" is to be written to "people", which is none of: users, events, purchases, subscription_groups,',
    );
    expect(wrong).toThrow(expect.objectContaining({ failureType: "config_error" }));
  });

  it("refuses a stream that fits no object", () => {
    expect(() => plan([stream("orders", ["id", "user_aliases"])])).toThrow(
      'Nothing says where the stream "orders" is to be written',
    );
  });

  it("deletes users with soft_delete, and refuses it for objects that can't be deleted", () => {
    const routes = plan([stream("users", [], { destination_sync_mode: "soft_delete" })]);
    expect(routes.get("users")?.[0]?.object.name).toBe("delete_users");
    expect(() => plan([stream("events", [], { destination_sync_mode: "soft_delete" })])).toThrow(
      "soft_delete",
    );
  });

  it("tells streams of different namespaces apart, unless their full names are the same", () => {
    const routes = plan([
      stream("users", ["email"], { namespace: "a" }),
      stream("users", ["email"], { namespace: "b" }),
    ]);
    expect([...routes.keys()]).toEqual(["a.users", "b.users"]);
    expect(() =>
      plan([
        stream("b.users", ["email"], { namespace: "a" }),
        stream("users", ["email"], { namespace: "a.b" }),
      ]),
    ).toThrow('called "a.b.users"');
  });

  it("creates users only when the config and the sync mode agree", () => {
    expect(routeOf("users", []).options.createUsers).toBe(true);
    expect(routeOf("users", [], { destination_sync_mode: "update" }).options.createUsers).toBe(false);
    const [[route] = []] = plan([stream("users", [])], { createUsers: false }).values();
    expect(route?.options.createUsers).toBe(false);
  });

  it("recognises a segment export by its name or its columns, and says what it leaves out", () => {
    const columns = [
      "segment_id",
      "braze_id",
      "exported_at",
      "email",
      "custom_attributes",
      "devices",
      "apps",
    ];
    for (const name of ["segment_users", "prefix_segment_users"]) {
      const route = routeOf(name, columns);
      expect(route.options.segmentExport).toBe(true);
      expect(route.ignoredColumns).toEqual(["segment_id", "exported_at", "devices", "apps"]);
    }
    expect(routeOf("contacts", ["braze_id", "devices"])).toMatchObject({
      options: { segmentExport: false },
      ignoredColumns: [],
    });
  });

  it("lets every entry apply that names the stream, for one stream may become several objects", () => {
    const streams: Settings["streams"] = [
      {
        stream: "orders_*",
        object: "users",
        identifiers: [{ field: "customer", as: "external_id" }],
        fields: [{ field: "total", as: "last_order_total" }],
      },
      {
        stream: "orders_*",
        object: "purchases",
        identifiers: [{ field: "customer", as: "external_id" }],
        fields: ["product_id", "currency", "price", "time"].map((name) => ({ field: name, as: name })),
      },
    ];
    const columns = ["customer", "total", "product_id", "currency", "price", "time"];
    const routes = plan([stream("orders_2026", columns)], { streams }).get("orders_2026");
    expect(routes?.map(({ object }) => object.name)).toEqual(["users", "purchases"]);
    const asked = { destination_object_name: "purchases" };
    const only = plan([stream("orders_2026", columns, asked)], { streams }).get("orders_2026");
    expect(only?.map(({ object }) => object.name)).toEqual(["purchases"]);
  });

  it("names the entry of a mapping that is not consistent", () => {
    const streams = [
      {
        stream: "contacts",
        identifiers: [{ field: "id", as: "external_id" as const }],
        fields: [
          { field: "nick", as: "nick" },
          { field: "id", as: "nick" },
        ],
      },
    ];
    expect(() => plan([stream("contacts", ["id", "nick"])], { streams })).toThrow('"streams.0.fields.1"');
  });

  it("says which columns an event does not take", () => {
    const route = routeOf("events", ["external_id", "name", "time", "properties", "city"]);
    expect(route.ignoredColumns).toEqual(["city"]);
  });
});

describe("planRoutes, of sync modes", () => {
  const mapping = {
    stream: "contacts",
    object: "users",
    identifiers: [{ field: "id", as: "external_id" as const }],
  };
  const contacts = (changes: Changes) => [stream("contacts", ["id", "mail"], changes)];
  const routesFor = (mode: Changes["destination_sync_mode"], entry: object) =>
    [
      ...plan(contacts({ destination_sync_mode: mode }), { streams: [{ ...mapping, ...entry }] }).values(),
    ].flat();

  it("deletes with a mapping that was written for users, and with one of identifiers alone", () => {
    const fields = [{ field: "mail", as: "email" }];
    for (const entry of [{ fields }, {}]) {
      const [route] = routesFor("soft_delete", entry);
      expect(route?.object.name).toBe("delete_users");
      const mapped = route?.mapping && applyMapping(route.mapping, { id: 7, mail: "a@x.org" });
      const body = mapped && !mapped.reasons ? mapped.body : {};
      expect(route?.object.prepare(body, route.options)).toMatchObject({
        body: { external_id: "7" },
        identity: "external_id:7",
      });
    }
    expect(() => routesFor("append", {})).toThrow("writes nothing");
  });

  const modes = ["append", "append_dedup", "overwrite", "update", "soft_delete"] as const;
  const modesOf = (name: string) =>
    modes.filter((mode) => {
      try {
        return routeOf("s", [], { destination_object_name: name, destination_sync_mode: mode });
      } catch {
        return false;
      }
    });

  it.each<[string, ReturnType<typeof modesOf>]>([
    ["users", ["append", "append_dedup", "overwrite", "update", "soft_delete"]],
    ["events", ["append", "append_dedup", "overwrite", "update"]],
    ["purchases", ["append", "append_dedup", "overwrite", "update"]],
    ["subscription_groups", ["append", "append_dedup", "overwrite"]],
    ["user_aliases", ["append", "append_dedup", "overwrite"]],
    ["identify_users", ["append", "append_dedup", "overwrite"]],
    ["rename_external_ids", ["append", "append_dedup", "overwrite", "update"]],
    // Nobody who asks for the contents to be replaced means that they are to be deleted or merged for good.
    ["merge_users", ["append", "append_dedup"]],
    ["delete_users", ["append", "append_dedup", "soft_delete"]],
    ["catalog_items/x", ["append", "append_dedup", "overwrite", "update", "soft_delete"]],
    // Each record is a message: none is deduplicated, and none replaced.
    ["campaign_trigger/x", ["append"]],
    ["canvas_trigger/x", ["append"]],
  ])("%s has the modes %j", (name, expected) => {
    expect(modesOf(name)).toEqual(expected);
  });

  it.each([
    ["campaign_trigger/x", "append_dedup", "choose append."],
    ["merge_users", "update", "choose one of append, append_dedup."],
  ] as const)("%s in the mode %s is refused with the modes that there are", (name, mode, choice) => {
    expect(() => routeOf("s", [], { destination_object_name: name, destination_sync_mode: mode })).toThrow(
      `The stream "s" asks for the sync mode ${mode}, which ${name} does not have: ${choice}`,
    );
  });

  it("of a mapping's object are refused, too", () => {
    expect(() => routesFor("append_dedup", { object: "campaign_trigger/x" })).toThrow(
      "which campaign_trigger/x does not have: choose append.",
    );
  });

  it("goes by the key that people have chosen, where the host lets them", () => {
    const chosen = { destination_object_name: "users", primary_key: [["email"]] };
    expect(routeOf("s", ["email"], chosen).options.matchBy).toBe("email");
    expect(routeOf("users", ["email"], { primary_key: [["email"]] }).options.matchBy).toBeUndefined();
    const several = { destination_object_name: "users", primary_key: [["email"], ["phone"]] };
    expect(routeOf("s", ["email"], several).options.matchBy).toBeUndefined();
  });

  it("creates nobody in the mode update", () => {
    const update = { destination_sync_mode: "update" as const };
    expect(routeOf("users", ["email"], update).options.createUsers).toBe(false);
    expect(routeOf("users", ["email"]).options.createUsers).toBe(true);
  });
});
