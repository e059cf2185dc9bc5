import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { DestinationWorlds } from "./destination-world";
import type { Finished } from "./harness";
import type { JsonObject } from "./sandbox";

const worlds = DestinationWorlds.forAllTests();

async function check(config: object): Promise<Finished> {
  const finished = await worlds.run("check", { config });
  expect(finished.exitCode).toBe(0);
  return finished;
}

describe("check", () => {
  it("succeeds, and leaves nothing behind, neither in Braze nor in the storage", async () => {
    const local = worlds.world({ permissions: ["users.track"] });
    expect((await check(local.config)).check).toEqual({ status: "SUCCEEDED" });
    expect(await readdir(join(local.folder, "_braze"))).toEqual([]);
    expect(local.workspace.users.count).toBe(0);
    const storage = await worlds.storages.bucket();
    const remote = worlds.world({}, { object_storage_config: storage });
    expect((await check(remote.config)).check).toEqual({ status: "SUCCEEDED" });
    const left = await worlds.storages.s3
      .client()
      .send(new ListObjectsV2Command({ Bucket: storage.s3_bucket_name }));
    expect(left.KeyCount ?? 0).toBe(0);
  });

  const failing: [string, (s3: object) => JsonObject, RegExp][] = [
    ["a wrong key", () => ({ api_key: "wrong-key-0123456789" }), /Braze did not accept the API key/],
    [
      "a key without the permission",
      () => ({ api_key: worlds.braze.createWorkspace({ permissions: [] }).apiKey }),
      /permission users\.track/,
    ],
    [
      "an endpoint that nobody answers",
      () => ({ url: "http://127.0.0.1:1" }),
      /can't be reached: it refuses connections/,
    ],
    ["limits of zero", () => ({ limits: { requests_per_hour: 0 } }), /"limits.requests_per_hour" is 0/],
    [
      "a wrong bucket",
      (s3) => ({ object_storage_config: { ...s3, s3_bucket_name: "elsewhere" } }),
      /"elsewhere" does not exist.*the key sees .*place-/,
    ],
    [
      "a wrong AWS key",
      (s3) => ({ object_storage_config: { ...s3, access_key_id: "AKIAWRONG" } }),
      /did not accept the AWS credentials/,
    ],
    [
      "a wrong AWS secret",
      (s3) => ({ object_storage_config: { ...s3, secret_access_key: "wrong-secret-0123" } }),
      /did not accept the AWS credentials/,
    ],
    [
      "a wrong region",
      (s3) => ({ object_storage_config: { ...s3, s3_bucket_region: "us-east-2" } }),
      /not in the region us-east-2/,
    ],
    [
      "a folder that is none",
      () => ({ object_storage_config: { storage_type: "Local", directory: "/dev/null/x" } }),
      /folder \/dev\/null\/x can't be used/,
    ],
    [
      "an unknown storage",
      () => ({ object_storage_config: { storage_type: "FTP" } }),
      /"object_storage_config.storage_type" must be one of "None", "S3", "Local"/,
    ],
  ];
  test.each(failing)("fails with one clear sentence: %s", async (_, changed, message) => {
    const { config } = worlds.world();
    const finished = await check({ ...config, ...changed(await worlds.storages.bucket()) });
    expect(finished.check).toEqual({ status: "FAILED", message: expect.stringMatching(message) });
    expect(finished.everything).not.toContain("wrong-key-0123456789");
    expect(finished.everything).not.toContain("wrong-secret-0123");
  });

  it("names what may not be done with the bucket", async () => {
    const each = worlds.world({}, { object_storage_config: await worlds.storages.bucket() });
    const fault = worlds.storages.s3.faults.add({
      kind: "error",
      code: "AccessDenied",
      action: ["DeleteObject", "DeleteObjects"],
      times: Infinity,
    });
    const { check: answer } = await check(each.config);
    fault.remove();
    expect(answer).toMatchObject({
      status: "FAILED",
      message: expect.stringMatching(/may not delete.*s3:DeleteObject/),
    });
  });
});

test("spec needs no config and fits the protocol", async () => {
  const finished = await worlds.run("spec");
  expect(finished.exitCode).toBe(0);
  expect(finished.messages).toMatchObject([{ type: "SPEC", spec: { supportsIncremental: true } }]);
});
