import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import { settingsOf } from "../settings";
import { streamRow } from "../testing/stream-table";
import { streams } from "./index";

const settings = settingsOf({ url: "https://rest.example.com", api_key: "key", app_ids: ["app"] });

/** What spec/streams says of a stream. */
const schemaOf = (name: string): JsonObject => require(`../../spec/generated/streams/${name}.schema.json`);

const namedStreams = streams.map((stream) => [stream.name, stream] as const);

test("every stream has a schema in spec/streams, and every schema a stream", () => {
  const files = readdirSync(join(__dirname, "../../spec/streams")).map((file) => file.replace(/\.json$/, ""));
  expect(streams.map(({ name }) => name).sort()).toEqual(files.sort());
});

test("the streams of the official connector are there, with its keys and cursors", () => {
  const official = {
    ids: ["campaigns", "canvases", "cards", "segments"],
    timed: [
      "campaigns_analytics",
      "canvases_analytics",
      "events_analytics",
      "kpi_daily_new_users",
      "kpi_daily_active_users",
      "kpi_daily_app_uninstalls",
      "cards_analytics",
      "segments_analytics",
    ],
    others: ["campaigns_details", "canvases_details", "events", "segments_details"],
  };
  const byName = new Map(namedStreams);
  for (const name of official.ids) expect(byName.get(name)?.primaryKey(settings)).toEqual(["id"]);
  for (const name of official.timed) expect(byName.get(name)?.cursor).toBe("time");
  for (const name of official.others) expect(byName.has(name)).toBe(true);
});

test("users of the control group have columns that segment_users has, too: they are exported alike", () => {
  const columns = (name: string): string[] => Object.keys(schemaOf(name).properties as JsonObject);
  expect(columns("segment_users")).toEqual(expect.arrayContaining(columns("global_control_group_users")));
});

/** Columns of airbyte/source-braze 0.4.15 by type; `event_id` is in its records, though not in its schema. */
const officialColumns: Record<string, Record<string, string>> = {
  campaigns: { string: "id last_edited name", boolean: "is_api_campaign", array: "tags" },
  campaigns_analytics: {
    string: "campaign_id time",
    integer:
      "conversions conversions1 conversions1_by_send_time conversions2 conversions2_by_send_time conversions3 conversions3_by_send_time conversions_by_send_time unique_recipients",
    object: "messages",
    number: "revenue",
  },
  campaigns_details: {
    string: "description campaign_id created_at first_sent last_sent message name schedule_type updated_at",
    boolean: "archived draft enabled has_post_launch_draft",
    array: "channels conversion_behaviors tags teams",
    object: "messages",
  },
  canvases: { string: "id last_edited name", array: "tags" },
  canvases_analytics: { string: "canvas_id time", object: "step_stats total_stats variant_stats" },
  canvases_details: {
    string: "description canvas_id created_at first_entry last_entry message name schedule_type updated_at",
    boolean: "archived draft enabled",
    array: "channels steps tags variants",
  },
  events: { string: "event_name" },
  events_analytics: { integer: "count", string: "event_name time event_id" },
  kpi_daily_new_users: { integer: "new_users", string: "time" },
  kpi_daily_active_users: { integer: "dau", string: "time" },
  kpi_daily_app_uninstalls: { string: "time", integer: "uninstalls" },
  cards: { string: "type id title", array: "tags" },
  cards_analytics: { string: "card_id time", integer: "clicks impressions unique_clicks unique_impressions" },
  segments: { boolean: "analytics_tracking_enabled", string: "id name", array: "tags" },
  segments_analytics: { string: "segment_id time", number: "size" },
  segments_details: {
    string: "description created_at message name segment_id text_description updated_at",
    array: "tags",
  },
};

test.each(Object.entries(officialColumns))("%s has the columns of the official connector", (name, byType) => {
  const properties = schemaOf(name).properties as JsonObject;
  for (const [type, columns] of Object.entries(byType)) {
    for (const column of columns.split(" ")) {
      const property = properties[column];
      expect([column, isObject(property) && [property.type].flat().includes(type)]).toEqual([column, true]);
    }
  }
});

test.each(namedStreams)("%s: key and cursor are columns, the key always has a value", (name, stream) => {
  const { properties, required } = schemaOf(name);
  if (!isObject(properties) || !Array.isArray(required)) throw new Error("no schema");
  const key = stream.primaryKey(settings);
  expect(key.length).toBeGreaterThan(0);
  for (const column of key) {
    expect(properties).toHaveProperty([column]);
    // The app is there only when the config names apps.
    if (column !== "app_id") expect(required).toContain(column);
  }
  if (stream.cursor !== undefined) expect(properties).toHaveProperty([stream.cursor]);
});

test.each(namedStreams)("%s: the schema is open, typed and described", (name) => {
  const schema = schemaOf(name);
  expect(schema).toMatchObject({
    type: "object",
    additionalProperties: true,
    description: expect.any(String),
  });
  for (const property of Object.values(schema.properties as JsonObject)) {
    expect(property).toMatchObject({ type: expect.anything(), description: expect.stringMatching(/\.$/) });
  }
});

test.each(namedStreams)("%s: the list that it is read for is a stream, too", (_, { parent }) => {
  if (parent !== undefined) expect(streams.map(({ name }) => name)).toContain(parent);
});

test("the README has the table of the streams", () => {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
  const rows = readme.split("\n").filter((line) => /^\| `\w+` \| `\/.*\| full refresh/.test(line));
  expect(rows).toEqual(streams.map(streamRow));
  expect(readme).toContain(`\n${streams.length} streams. `);
});
