import { thrownBy } from "../testing/thrown";
import { parseCatalog, selectedColumns } from "./catalog";

const configured = (name: string, more: object = {}, stream: object = {}) => ({
  stream: { name, json_schema: {}, supported_sync_modes: ["full_refresh"], ...stream },
  sync_mode: "full_refresh",
  destination_sync_mode: "append",
  ...more,
});

describe("parseCatalog", () => {
  test("takes a configured catalog with everything that hosts add to it", () => {
    const raw = {
      streams: [
        configured("users", { generation_id: 3, minimum_generation_id: 0, sync_id: 17, future_field: true }),
        configured("events", { destination_object_name: "events", destination_sync_mode: "update" }),
      ],
    };
    expect(parseCatalog(raw)).toEqual(raw);
    expect(parseCatalog({ streams: [] })).toEqual({ streams: [] });
  });

  test("null for what a stream does not have is fine; nulls inside json_schema stay", () => {
    const schema = { properties: { plan: { enum: ["free", null], default: null } } };
    const raw = configured(
      "users",
      { cursor_field: null, primary_key: null, generation_id: null, destination_object_name: null },
      { json_schema: schema, namespace: null, is_resumable: null },
    );
    const [parsed] = parseCatalog({ streams: [raw] }).streams;
    expect(parsed).toEqual(configured("users", {}, { json_schema: schema }));
  });

  test.each([
    ["no object", [], "the catalog must be an object"],
    ["no streams", {}, '"streams" is missing'],
    [
      "a stream without a name",
      { streams: [configured("a", {}, { name: undefined })] },
      '"streams.0.stream.name" is missing',
    ],
    [
      "an unknown sync mode",
      { streams: [configured("a"), configured("b", { sync_mode: "cdc" })] },
      '"streams.1.sync_mode" must be one of "full_refresh", "incremental"',
    ],
    ["a discovered catalog", { streams: [{ name: "a" }] }, '"streams.0.stream" is missing'],
  ])("%s: says what is wrong where", async (_, raw, expected) => {
    const error = await thrownBy(() => parseCatalog(raw));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toMatch(/^The catalog is not a configured Airbyte catalog: /);
    expect(error.message).toContain(expected);
  });

  test("a stream may not be named twice; in two namespaces it is two streams", async () => {
    const twice = [configured("users"), configured("users")];
    expect((await thrownBy(() => parseCatalog({ streams: twice }))).message).toBe(
      'The catalog names the stream "users" twice.',
    );
    const apart = [configured("users"), configured("users", {}, { namespace: "crm" })];
    expect(parseCatalog({ streams: apart }).streams).toHaveLength(2);
  });
});

test("the selected columns are the properties of the configured schema", () => {
  const columns = (json_schema: object) => {
    const [stream] = parseCatalog({ streams: [configured("s", {}, { json_schema })] }).streams;
    return stream && selectedColumns(stream);
  };
  expect(columns({ properties: { email: {}, braze_id: {} } })).toEqual(["email", "braze_id"]);
  expect(columns({ properties: {} })).toEqual([]);
  expect(columns({})).toEqual([]);
});
