/** source-braze before a sync: spec, check, discover, and input that is not right. */
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { type Command, configure, type Finished, run } from "./harness";
import { awkwardUser, type Segment, type Workspace } from "./sandbox";
import { addSegment, catalogOf, expectClean, SourceWorld } from "./source-world";

let world: SourceWorld;
let workspace: Workspace;
let segment: Segment;
let config: BrazeSourceConfig;
beforeAll(async () => {
  world = await SourceWorld.start();
  workspace = world.withStorage();
  segment = addSegment(workspace, 20);
  workspace.users.seed(Array.from({ length: 40 }, (_, index) => awkwardUser(index)));
  config = world.storageConfig(workspace, [segment]);
});
afterAll(() => world.close());

test("spec needs no config and has everything that hosts render", async () => {
  const finished = await run("source-braze", "spec");
  expect(finished.exitCode).toBe(0);
  expect(finished.invalidLines).toEqual([]);
  const { spec } = finished.messages[0] ?? {};
  const properties = spec?.connectionSpecification.properties as Record<string, object>;
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(["url", "api_key", "segment_ids"]));
  expect(properties.api_key).toMatchObject({ airbyte_secret: true });
});

describe("check", () => {
  const check = async (change: object = {}): Promise<Finished> => {
    const changed = { ...config, ...change };
    const finished = await run("source-braze", "check", { config: changed });
    expect(finished.exitCode).toBe(0);
    expectClean(finished, changed);
    return finished;
  };
  const permitted = (permissions: string[]): object => {
    const other = world.withStorage({}, { permissions });
    return { api_key: other.apiKey, segment_ids: [addSegment(other, 5).id] };
  };

  test("succeeds when everything works, without exporting anything", async () => {
    expect((await check()).check).toEqual({ status: "SUCCEEDED" });
    expect(workspace.exports).toHaveLength(0);
  });

  test("succeeds without segments and without storage", async () => {
    const finished = await check({ segment_ids: [], object_storage_config: { storage_type: "None" } });
    expect(finished.check.status).toBe("SUCCEEDED");
    expect(finished.logs("WARN").join("\n")).toContain("segment_ids");
  });

  test("succeeds with the least permissions, with warnings", async () => {
    const finished = await check(permitted(["users.export.segment"]));
    expect(finished.check.status).toBe("SUCCEEDED");
    const warnings = finished.logs("WARN").join("\n");
    for (const permission of ["segments.details", "segments.data_series", "custom_attributes.get"]) {
      expect(warnings).toContain(permission);
    }
  });

  test.each([403, 404])(
    "succeeds where Braze answers %d about segments, and so does read",
    async (status) => {
      const other = world.withStorage();
      const itsConfig = world.storageConfig(other, [addSegment(other, 5)]);
      other.users.seed(Array.from({ length: 5 }, (_, index) => awkwardUser(index)));
      other.faults.add({ kind: "status", status, path: /^\/segments\//, times: Infinity });
      const checked = await check(itsConfig);
      expect(checked.check.status).toBe("SUCCEEDED");
      expect(checked.logs("WARN").join("\n")).toContain("The names of the segments can't be read");
      const finished = await world.read(itsConfig);
      expect(finished.exitCode).toBe(0);
      expect(finished.records("segment_users")).toHaveLength(5);
      expect(finished.logs("WARN").join("\n")).toContain("The names of the segments can't be read");
    },
  );

  test.each<[string, () => object, RegExp]>([
    [
      "a wrong key",
      () => ({ api_key: "wrong-api-key-1234" }),
      /did not accept the API key.*check that api_key belongs/,
    ],
    [
      "a wrong key and no segments",
      () => ({ api_key: "wrong-api-key-1234", segment_ids: [] }),
      /did not accept the API key/,
    ],
    ["a missing permission", () => permitted(["segments.list"]), /permission users\.export\.segment/],
    ["an unreachable endpoint", () => ({ url: "http://127.0.0.1:1" }), /127\.0\.0\.1:1 can't be reached/],
    ["a url that is no endpoint", () => ({ url: "http://rest.example.com" }), /must start with https/],
    [
      "segments that do not exist",
      () => ({ segment_ids: ["nobody", segment.id, "nowhere"] }),
      /identifiers nobody, nowhere:.*"VIPs" \(/,
    ],
    ["an identifier that is none", () => ({ segment_ids: ["All VIPs"] }), /"All VIPs"/],
    [
      "a bucket that does not exist, naming those that do",
      () => ({ object_storage_config: world.storage({ s3_bucket_name: "elsewhere" }) }),
      /"elsewhere" does not exist.*exports/,
    ],
    [
      "a wrong secret for S3",
      () => ({ object_storage_config: world.storage({ secret_access_key: "wrong-secret-1234" }) }),
      /did not accept the AWS credentials/,
    ],
    [
      "an S3 that can't be reached",
      () => ({ object_storage_config: world.storage({ s3_endpoint: "http://127.0.0.1:1" }) }),
      /127\.0\.0\.1:1 can't be reached/,
    ],
  ])("fails for %s", async (_, change, message) => {
    const { check: answer } = await check(change());
    expect(answer.status).toBe("FAILED");
    expect(answer.message).toMatch(message);
  });

  test.each([
    ["listed", "ListObjectsV2", "s3:ListBucket"],
    ["read", "GetObject", "s3:GetObject"],
  ] as const)("fails for a bucket that can't be %s", async (_, action, permission) => {
    const fault = world.s3.faults.add({
      kind: "error",
      action,
      code: "AccessDenied",
      status: 403,
      times: Number.POSITIVE_INFINITY,
    });
    const { check: answer } = await check();
    fault.remove();
    expect(answer.status).toBe("FAILED");
    expect(answer.message).toContain(permission);
  });
});

describe("discover", () => {
  const discover = async (change: object = {}): Promise<Finished> => {
    const changed = { ...config, ...change };
    const finished = await run("source-braze", "discover", { config: changed });
    expectClean(finished, changed);
    return finished;
  };
  const stream = ({ catalog }: Finished) => catalog.streams.find(({ name }) => name === "segment_users");
  const properties = (finished: Finished): Record<string, Record<string, unknown>> =>
    (stream(finished)?.json_schema.properties ?? {}) as Record<string, Record<string, unknown>>;

  test("describes segment_users", async () => {
    const finished = await discover();
    expect(finished.exitCode).toBe(0);
    expect(stream(finished)).toMatchObject({
      supported_sync_modes: ["full_refresh", "incremental"],
      source_defined_primary_key: [["segment_id"], ["braze_id"]],
      source_defined_cursor: true,
      default_cursor_field: ["exported_at"],
      is_resumable: true,
    });
    expect(properties(finished).email).toMatchObject({ type: ["null", "string"] });
  });

  test("types the custom attributes as Braze lists them, page by page", async () => {
    const { custom_attributes: column } = properties(await discover());
    const attributes = column?.properties as Record<string, unknown>;
    expect(Object.keys(attributes).length).toBeGreaterThan(20);
    expect(attributes).toMatchObject({
      loyalty_points: { type: ["null", "number"] },
      is_member: { type: ["null", "boolean"] },
      interests: { type: ["null", "array"] },
      favourite_song: { type: ["null", "object"] },
    });
  });

  test("offers only the columns and attributes that the config exports", async () => {
    const segment_export = { fields: ["email"], custom_attributes: ["plan"] };
    const columns = properties(await discover({ segment_export }));
    expect(Object.keys(columns).sort()).toEqual([
      "braze_id",
      "custom_attributes",
      "email",
      "exported_at",
      "left_segment_at",
      "segment_id",
      "segment_name",
    ]);
    expect(Object.keys(columns.custom_attributes?.properties ?? {})).toEqual(["plan"]);
  });

  test("leaves custom_attributes open without the permission, with a warning", async () => {
    const other = world.withStorage({}, { permissions: ["users.export.segment"] });
    const finished = await discover({ api_key: other.apiKey });
    expect(properties(finished).custom_attributes).toMatchObject({ additionalProperties: true });
    expect(properties(finished).custom_attributes).not.toHaveProperty("properties");
    expect(finished.logs("WARN").join("\n")).toContain("custom_attributes.get");
  });

  test("does not offer segment_users without segments", async () => {
    const finished = await discover({ segment_ids: [] });
    expect(finished.exitCode).toBe(0);
    expect(stream(finished)).toBeUndefined();
  });

  test("makes a catalog that can be read as it is", async () => {
    const catalog = configure({ streams: [stream(await discover())].flatMap((found) => found ?? []) });
    const finished = await run("source-braze", "read", { config, catalog });
    expect(finished.exitCode).toBe(0);
    expect(finished.records()).toHaveLength(20);
  });
});

describe("input that is not right", () => {
  const catalog = catalogOf();
  const renamed = {
    streams: [{ ...catalog.streams[0], stream: { ...catalog.streams[0]?.stream, name: "users" } }],
  };

  test.each<[string, Command, () => object, RegExp]>([
    [
      "a config that is not JSON",
      "read",
      () => ({ config: '{"url": ', catalog }),
      /config file .* is not valid JSON/,
    ],
    [
      "a config without a key",
      "read",
      () => ({ config: { url: "https://a.b" }, catalog }),
      /"api_key" is missing/,
    ],
    [
      "a config with a wrong type",
      "discover",
      () => ({ config: { ...config, segment_ids: "one" } }),
      /"segment_ids" must be an array/,
    ],
    [
      "a storage type that does not exist",
      "read",
      () => ({ config: { ...config, object_storage_config: { storage_type: "FTP" } }, catalog }),
      /object_storage_config/,
    ],
    [
      "a catalog that is not JSON",
      "read",
      () => ({ config, catalog: "streams" }),
      /catalog file .* is not valid JSON/,
    ],
    ["a catalog that is none", "read", () => ({ config, catalog: {} }), /not a configured Airbyte catalog/],
    ["a stream that does not exist", "read", () => ({ config, catalog: renamed }), /"users".*segment_users/],
    [
      "a stream without its setting",
      "read",
      () => ({ config: { ...config, segment_ids: [] }, catalog }),
      /segment_ids/,
    ],
    [
      "a state that is not JSON",
      "read",
      () => ({ config, catalog, state: "{" }),
      /state file .* is not valid JSON/,
    ],
    ["a state that is none", "read", () => ({ config, catalog, state: "[1]" }), /state file must hold/],
    [
      "a wrong key",
      "read",
      () => ({ config: { ...config, api_key: "wrong-api-key-1234" }, catalog }),
      /API key/,
    ],
    [
      "a segment that does not exist",
      "read",
      () => ({ config: { ...config, segment_ids: ["nobody"] }, catalog }),
      /identifier nobody/,
    ],
    [
      "a bucket that does not exist",
      "read",
      () => ({
        config: { ...config, object_storage_config: world.storage({ s3_bucket_name: "elsewhere" }) },
        catalog,
      }),
      /"elsewhere" does not exist.*exports/,
    ],
  ])("%s: one config_error, no record", async (_, command, options, message) => {
    const finished = await run("source-braze", command, options());
    expect(finished.exitCode).toBe(1);
    expect(finished.invalidLines).toEqual([]);
    expect(finished.errors).toHaveLength(1);
    expect(finished.errors[0]?.failure_type).toBe("config_error");
    expect(finished.errors[0]?.message).toMatch(message);
    expect(finished.records()).toEqual([]);
    expect(finished.everything).not.toContain(config.api_key);
    expect(finished.everything).not.toContain("wrong-api-key-1234");
  });

  test("a stream that can't be read fails by itself", async () => {
    const names = ["elsewhere", "campaigns", "segment_users"];
    const streams = names.map((name) => ({
      name,
      json_schema: {},
      supported_sync_modes: ["full_refresh" as const],
    }));
    const finished = await run("source-braze", "read", {
      config: { ...config, segment_ids: [] },
      catalog: configure({ streams }),
    });
    expect(finished.exitCode).toBe(1);
    const failed = finished.errors.map(({ stream_descriptor, failure_type }) => [
      stream_descriptor?.name,
      failure_type,
    ]);
    expect(failed).toEqual([
      ["elsewhere", "config_error"],
      ["segment_users", "config_error"],
    ]);
    const last = names.map((name) => finished.statuses(name).at(-1));
    expect(last).toEqual(["INCOMPLETE", "COMPLETE", "INCOMPLETE"]);
  });

  test("an endpoint that can't be reached is a transient_error", async () => {
    const finished = await run("source-braze", "discover", {
      config: { ...config, url: "http://127.0.0.1:1" },
    });
    expect(finished.errors[0]?.failure_type).toBe("transient_error");
  });
});
