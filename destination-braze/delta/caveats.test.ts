import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { Mapping } from "@braze-connectors/spec/mapping";
import { planRoutes } from "../routes";
import { settingsOf } from "../settings";
import { caveatsOf } from "./caveats";

type Changes = Partial<ConfiguredAirbyteCatalog["streams"][number]>;

const stream = (name: string, columns: string[], changes: Changes = {}) => ({
  stream: {
    name,
    json_schema: { properties: Object.fromEntries(columns.map((column) => [column, { type: "string" }])) },
    supported_sync_modes: ["full_refresh" as const],
  },
  sync_mode: "full_refresh" as const,
  destination_sync_mode: "append" as const,
  ...changes,
});

function caveats(
  streams: ReturnType<typeof stream>[],
  mappings: Mapping[] = [],
  createUsers = true,
): string[] {
  const settings = settingsOf({
    url: "https://rest.iad-01.braze.com",
    api_key: "k",
    create_users: createUsers,
  });
  return caveatsOf({ streams }, planRoutes({ streams }, { ...settings, streams: mappings }));
}

describe("caveatsOf", () => {
  it("has none for streams that write different attributes", () => {
    expect(
      caveats([
        stream("crm", ["external_id", "email"]),
        stream("shop", ["external_id", "points"]),
        stream("newsletter", ["email", "opened"]),
        stream("events", ["external_id", "name", "time", "points"]),
      ]),
    ).toEqual([]);
  });

  it("names the attributes that two streams write", () => {
    const [caveat, ...others] = caveats([
      stream("crm", ["external_id", "city", "points", "email"]),
      stream("shop", ["external_id", "points", "email"]),
    ]);
    expect(caveat).toMatch(/^crm and shop both write points, email\. Each stream remembers only/);
    expect(others).toEqual([]);
  });

  it("looks at what a mapping writes", () => {
    const mapping: Mapping = {
      stream: "shop",
      object: "users",
      identifiers: [{ field: "id", as: "external_id" }],
      fields: [{ field: "score", as: "points" }],
      remaining: { include: true, prefix: "crm_" },
    };
    const [caveat] = caveats(
      [
        stream("crm", ["external_id", "points", "crm_city", "score"]),
        stream("shop", ["id", "score", "city"]),
      ],
      [mapping],
    );
    expect(caveat).toContain("crm and shop both write points, crm_city.");
  });

  it("says that users whom Braze ignores count as written", () => {
    const streams = [stream("crm", ["external_id"])];
    expect(caveats(streams, [], false)).toEqual([expect.stringMatching(/^crm creates no users/)]);
    expect(caveats([stream("crm", ["external_id"], { destination_sync_mode: "update" })])).toHaveLength(1);
  });
});
