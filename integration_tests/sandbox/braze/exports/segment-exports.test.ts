import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { fromBuffer } from "yauzl";
import { closeServer, listen, readBody } from "../../http";
import {
  awkwardUser,
  type ExportOptions,
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  startBraze,
  startS3,
  type Workspace,
  type WorkspaceOptions,
} from "../../index";
import type { JsonObject } from "../../json";
import { caller } from "../../testing";

let nowMs = Date.parse("2026-06-01T23:59:58Z");
let braze: SandboxBraze;
let s3: SandboxS3;

beforeAll(async () => {
  [braze, s3] = await Promise.all([startBraze({ clock: () => nowMs }), startS3()]);
  await s3.createBucket("exports");
});
afterAll(async () => {
  await braze.close();
  await s3.close();
});

function open(options: WorkspaceOptions = {}) {
  const workspace: Workspace = braze.createWorkspace(options);
  const call = caller(braze, workspace);
  const request = (segmentId: string, more: JsonObject = {}) =>
    call.post("/users/export/segment", { segment_id: segmentId, fields_to_export: ["braze_id"], ...more });
  return { workspace, request, ...call };
}

function inS3(exports: ExportOptions = {}, rootPath?: string) {
  return open({ storage: exportsInto(s3, "exports", rootPath), exports });
}

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3
    .client()
    .send(new ListObjectsV2Command({ Bucket: "exports", Prefix: prefix }));
  return Contents.map(({ Key = "" }) => Key);
}

async function content(key: string): Promise<Buffer> {
  const { Body } = await s3.client().send(new GetObjectCommand({ Bucket: "exports", Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

function unzipped(zip: Buffer): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      const members: Record<string, string> = {};
      file.on("end", () => resolve(members));
      file.on("error", reject);
      file.on("entry", (entry: { fileName: string }) => {
        file.openReadStream(entry as never, async (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          for await (const chunk of stream) chunks.push(chunk as Buffer);
          members[entry.fileName] = Buffer.concat(chunks).toString();
          file.readEntry();
        });
      });
      file.readEntry();
    });
  });
}

function lines(text: string): JsonObject[] {
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
}

const seeded = (count: number) => Array.from({ length: count }, (_, index) => awkwardUser(index));

describe("to S3", () => {
  it("writes gzip files under the documented keys, so many users each", async () => {
    const { workspace, request } = inS3({ usersPerFile: 40 }, "root/path");
    workspace.users.seed(seeded(100));
    const segment = workspace.createSegment({ name: "all" });
    const { status, body } = await request(segment.id, { output_format: "gzip" });
    expect(status).toBe(201);
    expect(body).toEqual({
      message: "success",
      object_prefix: expect.stringMatching(/^[0-9a-f-]{36}-1780358398$/),
    });
    await workspace.exports[0]?.finished;

    const found = await keys(`root/path/segment-export/${segment.id}/`);
    expect(found).toHaveLength(3);
    const name = new RegExp(
      `^root/path/segment-export/${segment.id}/2026-06-01/${body.object_prefix}/[0-9a-f]{32}\\.gz$`,
    );
    for (const key of found) expect(key).toMatch(name);
    const users = (await Promise.all(found.map(content))).flatMap((file) =>
      lines(gunzipSync(file).toString()),
    );
    expect(new Set(users.map((user) => user.braze_id)).size).toBe(100);
    expect(users.every((user) => Object.keys(user).length === 1)).toBe(true);
  });

  it("writes zip files with one member each by default", async () => {
    const { workspace, request } = inS3({ usersPerFile: 2, memberExtension: "txt" });
    workspace.users.seed(seeded(3));
    const segment = workspace.createSegment({ name: "all" });
    await request(segment.id);
    await workspace.exports[0]?.finished;
    const found = await keys(`segment-export/${segment.id}/`);
    expect(found).toHaveLength(2);
    const members = await Promise.all(found.map(async (key) => unzipped(await content(key))));
    for (const member of members)
      expect(Object.keys(member)).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.txt$/)]);
    expect(members.flatMap((member) => Object.values(member).flatMap(lines))).toHaveLength(3);
  });

  it("writes nothing for a segment without users", async () => {
    const { workspace, request } = inS3();
    const segment = workspace.createSegment({ name: "nobody" });
    expect((await request(segment.id)).status).toBe(201);
    await workspace.exports[0]?.finished;
    expect(workspace.exports[0]?.status).toBe("complete");
    expect(await keys(`segment-export/${segment.id}/`)).toEqual([]);
  });

  it("puts files into the folder of the day on which they are written, or of a given one", async () => {
    const { workspace, request } = inS3({
      usersPerFile: 1,
      beforeFile: (index) => {
        if (index === 1) nowMs += 5000;
      },
    });
    workspace.users.seed(seeded(2));
    const segment = workspace.createSegment({ name: "all" });
    await request(segment.id);
    await workspace.exports[0]?.finished;
    expect(workspace.exports[0]?.files.map((key) => key.split("/")[2])).toEqual(["2026-06-01", "2026-06-02"]);
    workspace.exportSettings.finishedDay = "2026-07-07";
    await request(segment.id);
    await workspace.exports[1]?.finished;
    expect(workspace.exports[1]?.files[0]).toContain("/2026-07-07/");
  });

  it("lets files and lines be damaged or left out", async () => {
    const { workspace, request } = inS3({
      usersPerFile: 1,
      transformLine: (line, index) => (index === 0 ? "{not json" : line),
      transformFile: (file, index) => (index === 1 ? null : index === 2 ? file.subarray(0, 10) : file),
    });
    workspace.users.seed(seeded(3));
    const segment = workspace.createSegment({ name: "all" });
    await request(segment.id, { output_format: "gzip" });
    await workspace.exports[0]?.finished;
    const [first, second, ...others] = workspace.exports[0]?.files ?? [];
    expect(gunzipSync(await content(first ?? "")).toString()).toBe("{not json\n");
    expect(await content(second ?? "")).toHaveLength(10);
    expect(others).toEqual([]);
  });

  it("fails without telling when the bucket is missing", async () => {
    const { workspace, request } = open({ storage: exportsInto(s3, "missing") });
    workspace.users.seed(seeded(1));
    const segment = workspace.createSegment({ name: "all" });
    expect((await request(segment.id)).status).toBe(201);
    await workspace.exports[0]?.finished;
    expect(workspace.exports[0]).toMatchObject({ status: "failed", error: { name: "NoSuchBucket" } });
  });

  it("exports users that are generated, not stored", async () => {
    const { workspace, request } = inS3({ shuffle: true });
    const generate = (index: number) => ({ external_id: `g-${index}`, custom_attributes: { index } });
    const segment = workspace.createSegment({ name: "many", generate, size: 12_000 });
    await request(segment.id, {
      fields_to_export: ["external_id", "custom_attributes"],
      output_format: "gzip",
    });
    await workspace.exports[0]?.finished;
    expect(workspace.exports[0]?.files).toHaveLength(3);
    const files = await Promise.all((workspace.exports[0]?.files ?? []).map(content));
    const users = files.flatMap((file) => lines(gunzipSync(file).toString()));
    expect(users.map((user) => user.external_id).sort()[11_999]).toBe("g-9999");
    expect(workspace.users.count).toBe(0);
  });
});

describe("to a link", () => {
  it("answers 404 until it is ready, then one zip with several members, whatever format was asked for", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { workspace, request } = open({ exports: { usersPerFile: 40, beforeFile: () => held } });
    workspace.users.seed(seeded(100));
    const segment = workspace.createSegment({ name: "all" });
    const { body } = await request(segment.id, { output_format: "gzip" });
    const url = String(body.url);
    expect(url.startsWith(braze.url)).toBe(true);
    expect((await fetch(url)).status).toBe(404);
    workspace.exportSettings.linkNotReadyStatus = 403;
    expect((await fetch(url)).status).toBe(403);
    release();
    await workspace.exports[0]?.finished;
    expect((await fetch(url.replace(/Signature=\w/, "Signature=x"))).status).toBe(404);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    const members = await unzipped(Buffer.from(await response.arrayBuffer()));
    expect(Object.keys(members)).toHaveLength(3);
    for (const name of Object.keys(members)) expect(name).toMatch(/\.json$/);
    expect(Object.values(members).flatMap(lines)).toHaveLength(100);
    nowMs += 4 * 3600 * 1000 + 1;
    expect((await fetch(url)).status).toBe(403);
  });

  it("never becomes ready for an empty segment", async () => {
    const { workspace, request } = open();
    const segment = workspace.createSegment({ name: "nobody" });
    const { body } = await request(segment.id);
    await workspace.exports[0]?.finished;
    expect((await fetch(String(body.url))).status).toBe(404);
  });
});

describe("fields", () => {
  async function exported(
    user: Parameters<Workspace["users"]["seed"]>[0],
    body: JsonObject,
  ): Promise<JsonObject> {
    const { workspace, request } = inS3();
    workspace.users.seed(user);
    const segment = workspace.createSegment({ name: "all" });
    await request(segment.id, { output_format: "gzip", ...body });
    await workspace.exports[0]?.finished;
    return lines(gunzipSync(await content(workspace.exports[0]?.files[0] ?? "")).toString())[0] ?? {};
  }

  it("appear when asked for, and only if the profile has them", async () => {
    const user = {
      external_id: "a",
      first_name: "Jane",
      total_revenue: 0,
      devices: [],
      created_at: "2020-07-10T15:00:00.000Z",
    };
    const fields = [
      "external_id",
      "last_name",
      "devices",
      "custom_attributes",
      "total_revenue",
      "created_at",
    ];
    expect(await exported([user], { fields_to_export: fields })).toEqual({
      external_id: "a",
      total_revenue: 0,
      created_at: "2020-07-10 15:00:00.000 UTC",
    });
  });

  it("bring the opt-in times along with subscriptions", async () => {
    const user = { email_subscribe: "opted_in" as const, email_opted_in_at: "2020-01-01T00:00:00.000Z" };
    expect(await exported([user], { fields_to_export: ["email_subscribe"] })).toEqual(user);
  });

  it("take single custom attributes, unless all are asked for", async () => {
    const user = { external_id: "a", custom_attributes: { a: 1, b: 2, c: 3 } };
    const some = { custom_attributes_to_export: ["a", "c", "toString"] };
    expect(await exported([user], { fields_to_export: ["external_id"], ...some })).toEqual({
      external_id: "a",
      custom_attributes: { a: 1, c: 3 },
    });
    expect(await exported([user], { fields_to_export: ["custom_attributes"], ...some })).toEqual({
      custom_attributes: { a: 1, b: 2, c: 3 },
    });
  });

  it("leave out activities older than 90 days, but count them", async () => {
    const ago = (days: number) => new Date(nowMs - days * 86_400_000).toISOString();
    const custom_events = [
      { name: "old", first: ago(200), last: ago(91), count: 3 },
      { name: "recent", first: ago(200), last: ago(89), count: 7 },
    ];
    expect(await exported([{ custom_events }], { fields_to_export: ["custom_events"] })).toEqual({
      custom_events: [custom_events[1]],
    });
  });
});

describe("refusals", () => {
  it("answers 429 while the segment is being exported", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { workspace, request } = inS3({ beforeFile: () => held });
    workspace.users.seed(seeded(1));
    const [one, other] = [
      workspace.createSegment({ name: "one" }),
      workspace.createSegment({ name: "other" }),
    ];
    await request(one.id);
    expect((await request(one.id)).status).toBe(429);
    expect((await request(other.id)).status).toBe(201);
    release();
    await workspace.exports[0]?.finished;
    expect((await request(one.id)).status).toBe(201);
  });

  it("limits exports that run at once", async () => {
    const { workspace, request } = open({ limits: { concurrentExports: 1 }, exports: { delayMs: 60_000 } });
    const [one, other] = [
      workspace.createSegment({ name: "one" }),
      workspace.createSegment({ name: "other" }),
    ];
    expect((await request(one.id)).status).toBe(201);
    expect((await request(other.id)).status).toBe(429);
  });

  it.each([
    [{ fields_to_export: [] }, "'fields_to_export' is required"],
    [{ fields_to_export: undefined }, "'fields_to_export' is required"],
    [{ fields_to_export: ["braze_id", "shoe_size"] }, "Invalid fields in 'fields_to_export': shoe_size"],
    [{ output_format: "parquet" }, "'output_format' must be 'zip' or 'gzip'"],
    [{ segment_id: undefined }, "'segment_id' is required"],
    [{ segment_id: "unknown" }, "Invalid Segment ID: unknown"],
    [
      { custom_attributes_to_export: Array(501).fill("a") },
      "'custom_attributes_to_export' takes up to 500 names",
    ],
  ])("answers 400 to %j", async (change, message) => {
    const { workspace, post } = open();
    const segment = workspace.createSegment({ name: "all" });
    const body = { segment_id: segment.id, fields_to_export: ["braze_id"], ...change };
    expect(await post("/users/export/segment", body)).toMatchObject({ status: 400, body: { message } });
    expect(workspace.exports).toEqual([]);
  });
});

it("does not keep the sandbox from closing while an export is held", async () => {
  const other = await startBraze();
  const workspace = other.createWorkspace({ exports: { beforeFile: () => new Promise(() => {}) } });
  workspace.users.seed(seeded(1));
  const segment = workspace.createSegment({ name: "all" });
  const { post } = caller(other, workspace);
  await post("/users/export/segment", { segment_id: segment.id, fields_to_export: ["braze_id"] });
  await other.close();
  expect(workspace.exports[0]?.status).toBe("failed");
});

it("calls back when the export is ready", async () => {
  const { workspace, request } = open();
  workspace.users.seed(seeded(1));
  const segment = workspace.createSegment({ name: "all" });
  let received: (body: string) => void = () => {};
  const callback = new Promise<string>((resolve) => {
    received = resolve;
  });
  const listener = createServer(async (incoming, response) => {
    const body = await readBody(incoming, 1000);
    response.end();
    received(body.toString());
  });
  const url = await listen(listener, 0);
  await request(segment.id, { callback_endpoint: `${url}/done` });
  expect(JSON.parse(await callback)).toEqual({ success: true, url: workspace.exports[0]?.url });
  await closeServer(listener);
});
