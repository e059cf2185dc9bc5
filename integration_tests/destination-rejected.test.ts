/** Records that can't be delivered: which ones, where they are kept, and how they are found. */
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { DestinationWorlds, rejectedLines, rejectedRecords, reportOf } from "./destination-world";
import type { JsonObject } from "./sandbox";
import { record, state, statesOf, trackRequests, users } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

describe("records that can't be delivered", () => {
  it("are kept with reasons, in a file a stream, and counted", async () => {
    const each = worlds.world();
    const finished = await worlds.write(each, [
      record("users", { external_id: "1", a: 1 }),
      record("users", { name: "nobody" }),
      record("users", { external_id: "2", gender: "unknown", first_name: 7 }),
      record("events", { external_id: "1", name: "seen" }),
      record("strangers", { id: 1 }),
      state("users", 1),
      state("events", 2),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 1+2", "2 0+1"]);
    expect(await rejectedRecords(each, "users")).toMatchObject([
      { stream: "users", record: { name: "nobody" }, reasons: [{ code: "missing_identifier" }], attempt: 0 },
      { record: { external_id: "2" }, reasons: [{ code: "invalid_value" }, { code: "invalid_value" }] },
    ]);
    expect(await rejectedRecords(each, "events")).toMatchObject([
      { reasons: [{ message: "time is missing." }] },
    ]);
    expect(await rejectedRecords(each, "strangers")).toMatchObject([
      { reasons: [{ code: "stream_not_in_catalog" }] },
    ]);
    expect(finished.logs("WARN").join("\n")).toMatch(/strangers.*not in the catalog/);
    expect(finished.logs("WARN")).toContain(
      `4 records were rejected; they are in ${each.folder}/42/rejected/`,
    );
    expect(await reportOf(each)).toMatchObject({ received: 5, accepted: 1, rejected: 4 });
  });

  it("are kept in S3, below the path", async () => {
    const storage = await worlds.storages.bucket();
    const each = worlds.world({}, { object_storage_config: { ...storage, bucket_path: "/some/path/" } });
    const finished = await worlds.write(each, [record("users", { name: "nobody" }), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 0+1"]);
    const client = worlds.storages.s3.client();
    const Bucket = storage.s3_bucket_name;
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "some/path/42/" }));
    const keys = (listed.Contents ?? []).map(({ Key }) => Key ?? "");
    expect(keys).toEqual([
      expect.stringMatching(/^some\/path\/42\/rejected\/users\/[^/]+\.jsonl\.gz$/),
      "some/path/42/report.html",
      "some/path/42/report.json",
    ]);
    const page = await client.send(new HeadObjectCommand({ Bucket, Key: keys[1] }));
    expect(page.ContentType).toBe("text/html; charset=utf-8");
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: keys[0] }));
    expect(rejectedLines((await Body?.transformToByteArray()) ?? new Uint8Array())).toMatchObject([
      { record: { name: "nobody" }, reasons: [{ code: "missing_identifier" }] },
    ]);
  });

  it("go to the log, the first hundred of them, without storage", async () => {
    const each = worlds.world({}, { object_storage_config: { storage_type: "None" } });
    const nobodies = Array.from({ length: 150 }, (_, index) => record("users", { name: `nobody ${index}` }));
    const finished = await worlds.write(each, [...nobodies, state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 0+150"]);
    const logged = finished.logs("WARN").filter((text) => text.startsWith("Rejected a record"));
    expect(logged).toHaveLength(100);
    expect(logged[7]).toMatch(/no external_id.*"nobody 7"/);
  });

  it("are exactly those that Braze names", async () => {
    const each = worlds.world();
    each.workspace.faults.rejectObject(({ number }) =>
      Number(number) % 10 === 3 ? "three is refused" : null,
    );
    const finished = await worlds.write(each, [...users(200), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 180+20"]);
    const rejected = await rejectedRecords(each, "users");
    expect(rejected.map(({ record: { number } }) => number).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, index) => index * 10 + 3),
    );
    expect(rejected[0]?.reasons).toEqual([{ code: "refused_by_braze", message: "three is refused" }]);
    expect(trackRequests(each.workspace)).toHaveLength(3);
    expect(each.workspace.users.count).toBe(180);
    expect(await reportOf(each)).toMatchObject({
      data_points: { received: 200, sent: 180, undelivered: 20 },
    });
  });

  const holds = (body: JsonObject | undefined, id: string): boolean =>
    JSON.stringify(body).includes(`"${id}"`);

  test.each([
    ["400 with a message alone", 400, { message: "something is wrong" }],
    ["400 with texts", 400, { message: "no", errors: ["something is wrong"] }],
    ["413", 413, { message: "Request Entity Too Large" }],
  ])("are found by halving when Braze refuses a whole request: %s", async (_, status, body) => {
    const each = worlds.world();
    each.workspace.faults.add({
      kind: "status",
      status,
      body,
      times: Infinity,
      when: (request) => holds(request.body, "u50"),
    });
    const finished = await worlds.write(each, [...users(75), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 74+1"]);
    expect((await rejectedRecords(each, "users")).map(({ record: { external_id } }) => external_id)).toEqual([
      "u50",
    ]);
    expect(each.workspace.users.count).toBe(74);
    expect(each.workspace.accepted.attributes).toBe(74);
    expect(trackRequests(each.workspace).length).toBeLessThanOrEqual(1 + 2 * 7);
  });

  it("are found by sending one by one when Braze does not say which", async () => {
    const each = worlds.world();
    each.workspace.faults.add({
      kind: "error_without_index",
      times: Infinity,
      when: ({ body }) => holds(body, "u5"),
      reject: ({ external_id }) => external_id === "u5",
      reason: "one of them is bad",
    });
    const finished = await worlds.write(each, [...users(10), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 9+1"]);
    expect(await rejectedRecords(each, "users")).toMatchObject([
      { record: { external_id: "u5" }, reasons: [{ message: "one of them is bad" }] },
    ]);
  });

  it("are only the guilty ones of several merged updates", async () => {
    const each = worlds.world();
    each.workspace.faults.rejectObject((object) => ("bad" in object ? "bad is refused" : null));
    const updates = Array.from({ length: 40 }, (_, index) =>
      record("users", { external_id: "1", [index === 21 ? "bad" : `a${index}`]: index, last: index }),
    );
    const finished = await worlds.write(each, [...updates, state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 39+1"]);
    expect(await rejectedRecords(each, "users")).toMatchObject([{ record: { bad: 21 } }]);
    const attributes = each.workspace.users.byExternalId("1")?.custom_attributes ?? {};
    expect(Object.keys(attributes)).toHaveLength(40);
    expect(attributes.last).toBe(39);
    expect(trackRequests(each.workspace).length).toBeLessThan(15);
  });

  it("are those larger than a request; others never make one too large", async () => {
    const each = worlds.world();
    const sized = (id: string, megabytes: number): string =>
      record("events", {
        external_id: id,
        name: "seen",
        time: "2026-01-02",
        properties: { text: "x".repeat(megabytes * 1_000_000) },
      });
    const finished = await worlds.write(
      each,
      ["a", "b", "c", "d", "e"].map((id) => sized(id, id === "c" ? 5 : 1.5)),
    );
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.accepted.events).toBe(4);
    expect(each.workspace.stats.byStatus[413]).toBeUndefined();
    expect(await rejectedRecords(each, "events")).toMatchObject([
      { record: { external_id: "c" }, reasons: [{ code: "record_too_large" }] },
    ]);
  });

  it("are those that make a request too large for Braze, where it takes less than the config says", async () => {
    const each = worlds.world({ limits: { maxBodyBytes: 100_000 } });
    const sized = (id: string, bytes: number): string =>
      record("users", { external_id: id, text: "x".repeat(bytes) });
    const finished = await worlds.write(each, [
      ...Array.from({ length: 30 }, (_, index) => sized(`u${index}`, index === 13 ? 120_000 : 10_000)),
      state("users", 1),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 29+1"]);
    expect(each.workspace.stats.byStatus[413]).toBeGreaterThan(0);
    expect(each.workspace.users.count).toBe(29);
    expect(await rejectedRecords(each, "users")).toMatchObject([
      { record: { external_id: "u13" }, reasons: [{ code: "refused_by_braze" }] },
    ]);
  });

  it("are those with an invalid nested value, which Braze would drop with their neighbours", async () => {
    const each = worlds.world();
    const nested = { place: { "a.b": 1, city: "Rome" } };
    const finished = await worlds.write(each, [
      ...users(20),
      record("users", { external_id: "nested", ...nested }),
      state("users", 1),
    ]);
    expect(statesOf(finished)).toEqual(["1 20+1"]);
    expect(each.workspace.dropped).toEqual([]);
    expect(await rejectedRecords(each, "users")).toMatchObject([{ record: { external_id: "nested" } }]);
  });

  it("are those on which Braze's servers fail every time while others pass", async () => {
    const count = 600;
    const each = worlds.world();
    each.workspace.faults.add({
      kind: "status",
      status: 500,
      times: Infinity,
      path: "/users/track",
      when: ({ body }) => holds(body, "u3"),
    });
    const finished = await worlds.write(each, [...users(count), state("users", 1)]);
    expect(finished.errors).toEqual([]);
    expect(statesOf(finished)).toEqual([`1 ${count - 1}+1`]);
    expect(each.workspace.users.count).toBe(count - 1);
    const rejected = await rejectedRecords(each, "users");
    expect(rejected).toMatchObject([
      { record: { external_id: "u3" }, reasons: [{ code: "refused_by_braze" }] },
    ]);
    expect(rejected[0]?.reasons[0]?.message).toMatch(
      /^Braze answered 500 \d+ times while it took other requests/,
    );
  });

  it("are hostile ones, and they harm nobody", async () => {
    const each = worlds.world();
    const deep = `{"external_id":"deep","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const hostile = '{"external_id":"1","__proto__":{"external_id":"2"},"constructor":"c","toString":"t"}';
    const finished = await worlds.write(each, [
      `{"type":"RECORD","record":{"stream":"users","data":${deep},"emitted_at":1}}\n`,
      `{"type":"RECORD","record":{"stream":"users","data":${hostile},"emitted_at":1}}\n`,
      record("users", { external_id: 2 ** 53 + 2, a: 1 }),
      state("users", 1),
    ]);
    expect(statesOf(finished)).toEqual(["1 1+2"]);
    expect(Object.keys(each.workspace.users.byExternalId("1")?.custom_attributes ?? {})).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
  });
});
