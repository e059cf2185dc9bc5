/** What ends a sync, and what of it is safe all the same. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DestinationWorlds, rejectedRecords, reportOf, usersEventsAndPurchases } from "./destination-world";
import {
  catalogOf,
  errorsOf,
  record,
  silentAfter,
  state,
  statesOf,
  trackRequests,
  users,
} from "./write-world";

const worlds = DestinationWorlds.forAllTests();

describe("failures that stop all records", () => {
  it("end the sync although stdin stays open and silent; what was safe before is out", async () => {
    const each = worlds.world({}, { limits: { concurrent_requests: 1, objects_per_request: 10 } });
    each.workspace.faults.add({
      kind: "status",
      status: 401,
      body: { message: `Invalid API key: ${each.config.api_key}` },
      skip: 1,
      times: Infinity,
    });
    const running = await worlds.startWrite(
      each,
      silentAfter(...users(10), state("users", 1), ...users(20).slice(10), state("users", 2)),
    );
    const finished = await running.finished;
    expect(finished.exitCode).toBe(1);
    expect(statesOf(finished)).toEqual(["1 10+0"]);
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(/^config_error: Braze did not accept the API key.*users\.track/),
    ]);
    expect(await reportOf(each)).toMatchObject({
      status: "failed",
      accepted: 10,
      data_points: { received: 20, sent: 10, undelivered: 10 },
    });
    expect(finished.logs("INFO")).toContain(
      "Data points: 20 received, 10 sent to Braze, 10 rejected or not delivered; 0 (0 %) saved.",
    );
  });

  it("are not a status that Braze does not document: the record at fault is rejected", async () => {
    const each = worlds.world();
    each.workspace.faults.add({
      kind: "status",
      status: 422,
      body: { message: "unprocessable" },
      path: "/users/track",
      when: ({ body }) => JSON.stringify(body).includes('"u5"'),
      times: Infinity,
    });
    const finished = await worlds.write(each, [...users(100), state("users", 1)]);
    expect(errorsOf(finished)).toEqual([]);
    expect(statesOf(finished)).toEqual(["1 99+1"]);
    expect(await rejectedRecords(each)).toMatchObject([
      { record: { external_id: "u5" }, reasons: [{ code: "refused_by_braze", message: "unprocessable" }] },
    ]);
  });

  it("end the sync at once, although requests wait for the rate limit", async () => {
    const each = worlds.world(
      {},
      { limits: { requests_per_hour: 2, objects_per_request: 1, concurrent_requests: 4 } },
    );
    each.workspace.faults.add({ kind: "status", status: 403, skip: 1, times: Infinity });
    const running = await worlds.startWrite(each, silentAfter(...users(8)));
    const finished = await running.finished;
    expect(errorsOf(finished)).toEqual([expect.stringMatching(/^config_error: Braze forbids/)]);
    expect(trackRequests(each.workspace)).toHaveLength(2);
  });

  it("say what is wrong with the input, and which line; what was good is delivered", async () => {
    const each = worlds.world();
    const finished = await worlds.write(each, [
      ...users(3),
      state("users", 1),
      "\n",
      "Traceback (most recent call last):\n",
      ...users(5),
    ]);
    expect(finished.exitCode).toBe(1);
    expect(errorsOf(finished)).toEqual([
      "system_error: Line 6 of the input is not an Airbyte message: it is not JSON. (docs/troubleshooting.md#bad-input)",
    ]);
    expect(statesOf(finished)).toEqual(["1 3+0"]);
    expect(each.workspace.users.count).toBe(3);
  });

  it("are not a byte order mark at the start of the input", async () => {
    const each = worlds.world();
    const finished = await worlds.write(each, ["\ufeff", ...users(2), state("users", 1)]);
    expect(finished.errors).toEqual([]);
    expect(statesOf(finished)).toEqual(["1 2+0"]);
  });

  it("include storage that can't be written: no state covers a rejected record that was not kept", async () => {
    const storage = { ...(await worlds.storages.bucket()), bucket_path: "denied" };
    const each = worlds.world({}, { object_storage_config: storage });
    const fault = worlds.storages.s3.faults.add({
      kind: "error",
      code: "AccessDenied",
      action: "PutObject",
      key: /^denied\/42\/rejected/,
      times: Infinity,
    });
    const running = await worlds.startWrite(
      each,
      silentAfter(...users(2), state("users", 1), record("users", { name: "nobody" }), state("users", 2)),
    );
    const finished = await running.finished;
    fault.remove();
    expect(finished.exitCode).toBe(1);
    expect(statesOf(finished).filter((text) => text.startsWith("2"))).toEqual([]);
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(
        /^config_error: The AWS credentials may not write in the S3 bucket "place-\d+": they need s3:PutObject/,
      ),
    ]);
    expect(finished.logs("WARN")).toEqual([
      expect.stringMatching(
        /^1 records were rejected; they could not be stored in s3:\/\/place-\d+\/denied\/42\/rejected\/$/,
      ),
    ]);
  });

  it("include storage that is not there, before the first record is received", async () => {
    const file = worlds.storages.folder();
    await writeFile(file, "");
    const each = worlds.world(
      {},
      { object_storage_config: { storage_type: "Local", directory: join(file, "below") } },
    );
    const finished = await worlds.write(each, users(1));
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(/^config_error: The folder .*\/below can't be used/),
    ]);
    expect(trackRequests(each.workspace)).toEqual([]);
  });

  test.each<[string, object | string, object | string, RegExp]>([
    [
      "no key",
      { url: "https://rest.iad-01.braze.com" },
      usersEventsAndPurchases,
      /^config_error: .*"api_key" is missing/,
    ],
    [
      "a wrong value",
      { url: "https://x.y", api_key: "k", null_values: "keep" },
      usersEventsAndPurchases,
      /"null_values" must be one of "ignore", "clear"/,
    ],
    [
      "a limit of zero",
      { url: "https://x.y", api_key: "k", limits: { objects_per_request: 0 } },
      usersEventsAndPurchases,
      /"limits.objects_per_request" is 0/,
    ],
    [
      "http to another machine",
      { url: "http://x.y", api_key: "k" },
      usersEventsAndPurchases,
      /"url" must start with https/,
    ],
    ["a broken config", '{"url": "x",', usersEventsAndPurchases, /config file .* is not valid JSON/],
    ["a broken catalog", { url: "https://x.y", api_key: "k" }, "{", /catalog file .* is not valid JSON/],
    [
      "a stream that fits nothing",
      { url: "https://x.y", api_key: "k" },
      catalogOf({ name: "orders", columns: ["id"] }),
      /Nothing says where the stream "orders"/,
    ],
    [
      "half of the AWS keys",
      {
        url: "https://x.y",
        api_key: "k",
        object_storage_config: {
          storage_type: "S3",
          s3_bucket_name: "b",
          s3_bucket_region: "us-east-1",
          access_key_id: "a",
        },
      },
      usersEventsAndPurchases,
      /only one is set/,
    ],
  ])("include a config that is not right: %s", async (_, config, catalog, message) => {
    const finished = await worlds.write({ config }, users(1), catalog);
    expect(finished.exitCode).toBe(1);
    expect(errorsOf(finished)).toEqual([expect.stringMatching(message)]);
  });
});
