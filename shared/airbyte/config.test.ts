import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import destinationSchema from "@braze-connectors/spec/schemas/destination-braze";
import sourceSchema from "@braze-connectors/spec/schemas/source-braze";
import validateDestinationConfig from "@braze-connectors/spec/validators/validateDestinationConfig";
import validateSourceConfig from "@braze-connectors/spec/validators/validateSourceConfig";
import { thrownBy } from "../testing/thrown";
import { parseConfig, readJsonFile } from "./config";

const valid = { url: "https://rest.iad-01.braze.com", api_key: "the-key" };
const s3 = { storage_type: "S3", s3_bucket_name: "b", s3_bucket_region: "us-east-1" };

const parseSource = (raw: unknown) => parseConfig(raw, validateSourceConfig, sourceSchema);
const parseDestination = (raw: unknown) => parseConfig(raw, validateDestinationConfig, destinationSchema);

async function complaint(raw: unknown, parse = parseDestination): Promise<string> {
  const error = await thrownBy(() => parse(raw));
  expect(error.failureType).toBe("config_error");
  return error.message;
}

describe("parseConfig", () => {
  test("fills in the defaults, also inside objects that are not there", () => {
    expect(parseDestination(valid).config).toEqual({
      ...valid,
      object_storage_config: { storage_type: "None" },
      create_users: true,
      null_values: "ignore",
      removed_profiles: "keep",
      report_values: "masked",
      create_catalogs: false,
      messages_in_doubt: "reject",
      limits: {
        requests_per_3_seconds: 3000,
        track_bulk: false,
        count_objects: "combined",
        max_request_bytes: 4_000_000,
        concurrent_requests: 32,
        max_outage_minutes: 30,
      },
    });
  });

  test("fills in what a given object lacks, and leaves the object of the caller alone", () => {
    const raw = { ...valid, limits: { objects_per_request: 50 } };
    const { config } = parseDestination(raw);
    expect(config).toMatchObject({ limits: { objects_per_request: 50, concurrent_requests: 32 } });
    expect(raw.limits).toEqual({ objects_per_request: 50 });
  });

  test("defaults of one config do not leak into the next", () => {
    const first = parseDestination(valid).config as { limits: { concurrent_requests: number } };
    first.limits.concurrent_requests = 1;
    expect(parseDestination(valid).config).toMatchObject({ limits: { concurrent_requests: 32 } });
  });

  test("null is the same as a key that is not there", async () => {
    const { config } = parseDestination({
      ...valid,
      create_users: null,
      object_storage_config: { ...s3, role_arn: null },
    });
    expect(config).toMatchObject({ create_users: true });
    expect(config).toHaveProperty("object_storage_config", s3);
    expect(await complaint({ ...valid, api_key: null })).toContain('"api_key" is missing');
  });

  test.each([
    ["every missing key is named", {}, '"url" is missing; "api_key" is missing'],
    ["a wrong type", { ...valid, create_users: "yes" }, '"create_users" must be a boolean'],
    [
      "a type with a vowel",
      { ...valid, limits: { concurrent_requests: "8" } },
      '"limits.concurrent_requests" must be an integer',
    ],
    ["an unknown word", { ...valid, null_values: "keep" }, '"null_values" must be one of "ignore", "clear"'],
    ["an empty key", { ...valid, api_key: "" }, '"api_key" must not be empty'],
    [
      "a number out of range",
      { ...valid, limits: { objects_per_request: 1001 } },
      '"limits.objects_per_request" must be <= 1000',
    ],
    [
      "a URL without https://",
      { ...valid, url: "rest.iad-01.braze.com" },
      '"url" must have the form https://rest.iad-01.braze.com',
    ],
  ])("%s", async (_, raw, expected) => {
    expect(await complaint(raw)).toBe(`The config is not right: ${expected}.`);
  });

  test.each([
    ["a list", []],
    ["a text", "{}"],
    ["null", null],
  ])("%s is no config", async (_, raw) => {
    expect(await complaint(raw)).toBe("The config must be a JSON object.");
  });

  describe("object_storage_config", () => {
    const storage = (value: unknown) => complaint({ ...valid, object_storage_config: value });

    test("an unknown or missing storage type is answered with the types that there are", async () => {
      const expected =
        'The config is not right: "object_storage_config.storage_type" must be one of "None", "S3", "Local".';
      expect(await storage({ storage_type: "GCS" })).toBe(expected);
      expect(await storage({ storage_type: 3 })).toBe(expected);
      expect(await storage({})).toBe(expected);
      expect(
        await complaint(
          { ...valid, object_storage_config: { storage_type: "Local", directory: "/x" } },
          parseSource,
        ),
      ).toBe('The config is not right: "object_storage_config.storage_type" must be one of "None", "S3".');
    });

    test("only the chosen type's keys are missed", async () => {
      expect(await storage({ storage_type: "S3" })).toBe(
        'The config is not right: "object_storage_config.s3_bucket_name" is missing; "object_storage_config.s3_bucket_region" is missing.',
      );
      expect(await storage({ storage_type: "Local" })).toBe(
        'The config is not right: "object_storage_config.directory" is missing.',
      );
    });

    test("must be an object", async () => {
      expect(await storage("S3")).toContain('"object_storage_config" must be an object');
    });
  });

  test("unknown keys are found, nested ones too, with their paths; they stay out of nobody's way", () => {
    const { unknownKeys, config } = parseDestination({
      ...valid,
      sart_date: "2020-01-01",
      constructor: 1,
      limits: { requests_per_minute: 5 },
      object_storage_config: { ...s3, directory: "/old" },
    });
    expect(unknownKeys).toEqual([
      "sart_date",
      "constructor",
      "limits.requests_per_minute",
      "object_storage_config.directory",
    ]);
    expect(config).toHaveProperty("sart_date");
  });

  test("a config that a previous call found good has no unknown keys", () => {
    expect(
      parseSource({ ...valid, segment_ids: ["a"], segment_export: { fields: ["email"] } }).unknownKeys,
    ).toEqual([]);
  });
});

describe("readJsonFile", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "config-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function file(content: string | Buffer): Promise<string> {
    const path = join(folder, "file.json");
    await writeFile(path, content);
    return path;
  }

  test("reads JSON, also after a byte order mark", async () => {
    expect(await readJsonFile(await file('\uFEFF{"a":"ü"}'), "config")).toEqual({ a: "ü" });
  });

  test("names a file that is not there", async () => {
    const error = await thrownBy(() => readJsonFile(join(folder, "nothing"), "catalog"));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toBe(`The catalog file ${join(folder, "nothing")} does not exist.`);
  });

  test("says why a file can't be read", async () => {
    const error = await thrownBy(() => readJsonFile(folder, "state"));
    expect(error.message).toBe(`The state file ${folder} can't be read (EISDIR).`);
  });

  test.each([
    ["cut off", '{"api_key":"hunter2secret"'],
    ["a wrong token", '{"api_key":\n"hunter2secret",\nx}'],
    ["no quotes", "hunter2secret"],
    ["empty", ""],
  ])("never quotes a broken file (%s)", async (_, content) => {
    const path = await file(content);
    const error = await thrownBy(() => readJsonFile(path, "config"));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toMatch(/^The config file .*file\.json is not valid JSON/);
    expect(`${error.message} ${error.internal} ${error.cause}`).not.toContain("hunter2");
  });

  test("tells the line where Node.js tells the position", async () => {
    const path = await file('{\n  "a": 1,\n  b: 2\n}');
    const error = await thrownBy(() => readJsonFile(path, "config"));
    expect(error.message).toBe(`The config file ${path} is not valid JSON: look at line 3.`);
  });
});
