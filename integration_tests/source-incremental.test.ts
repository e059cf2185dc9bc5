/** source-braze reads segment_users incrementally, from its executable's point of view. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type Finished, run } from "./harness";
import { plainUser } from "./sandbox";
import { Audience, expectComplete, leavers } from "./source-audience";
import { bucket, exportsOf, SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

describe("incremental syncs", () => {
  test("emit everybody first, then nobody, then exactly who is new, changed or gone", async () => {
    const audience = new Audience(world, 35);
    const first = await audience.sync();
    expectComplete(first, audience.ids);
    expect(first.logs("INFO").join("\n")).toContain("every user is emitted");
    expect(leavers(first)).toEqual([]);

    const second = await audience.sync(first);
    expectComplete(second, []);
    expect(second.logs("WARN")).toEqual([]);

    const [gone = "", changed = "", reordered = ""] = audience.ids;
    audience.remove(gone);
    audience.change(changed, { first_name: "Another" });
    const { custom_attributes } = plainUser(2);
    audience.change(reordered, {
      custom_attributes: Object.fromEntries(Object.entries(custom_attributes ?? {}).reverse()),
    });
    const [added = ""] = audience.add(1);
    const third = await audience.sync(second);
    expectComplete(third, [gone, changed, added]);
    expect(leavers(third)).toEqual([gone]);
    const left = third.records().find(({ data }) => data.braze_id === gone)?.data;
    const { exported_at } = third.records().find(({ data }) => data.braze_id === added)?.data ?? {};
    expect(left).toEqual({
      segment_id: audience.segment.id,
      segment_name: "VIPs",
      exported_at,
      braze_id: gone,
      left_segment_at: exported_at,
    });
    expectComplete(await audience.sync(third), []);
    expect(exportsOf(audience.workspace)).toBe(4);
  });

  test("keep the indexes that the last two states name, with nothing of the users in them but ids and hashes", async () => {
    const audience = new Audience(world, 5);
    let last: Finished | undefined;
    for (let round = 0; round < 3; round += 1) last = await audience.sync(last);
    const keys = await audience.indexObjects();
    expect(keys.map((key) => key.split("/").at(-1)).sort()).toEqual([
      "0.bin",
      "0.bin",
      "index.json",
      "index.json",
    ]);
    for (const key of keys) {
      const content = await contentOf(key);
      expect(content.length).toBeLessThan(300);
      expect(content.toString("latin1")).not.toContain("example.com");
    }
  });

  test("from a state that is older than the index say again what is new since that state", async () => {
    const audience = new Audience(world, 12);
    const first = await audience.sync();
    const [gone = "", changed = ""] = audience.ids;
    audience.remove(gone);
    audience.change(changed, { first_name: "Another" });
    expectComplete(await audience.sync(first), [gone, changed]);
    // The host did not keep that sync's state, for its destination failed.
    const again = await audience.sync(first);
    expectComplete(again, [gone, changed]);
    expectComplete(await audience.sync(again), []);
    // Nor does a sync from scratch take what is in the bucket for known.
    expectComplete(await audience.sync(), audience.ids);
  });

  test("report everybody as gone when the segment is empty", async () => {
    const audience = new Audience(world, 3, 10, { settle_seconds: 0.05 });
    const { ids } = audience;
    const first = await audience.sync();
    for (const id of ids) audience.remove(id);
    const second = await audience.sync(first);
    expectComplete(second, ids);
    expect(leavers(second).sort()).toEqual(ids);
  });

  test("count columns that were not selected before as a reason to emit everybody, once", async () => {
    const audience = new Audience(world, 12);
    const { ids } = audience;
    const columns = ["segment_id", "braze_id", "email", "left_segment_at"];
    const first = await audience.sync(undefined, { columns });
    expectComplete(first, ids);
    audience.change(String(ids[1]), { first_name: "Not selected" });
    audience.remove(String(ids[0]));
    const second = await audience.sync(first, { columns: [...columns, "phone"] });
    expectComplete(second, ids);
    expect(leavers(second)).toEqual([ids[0]]);
    expect(second.logs("INFO").join("\n")).toContain("Columns or mapping are not those");
    expect(second.logs("WARN")).toEqual([]);
    expectComplete(await audience.sync(second, { columns: [...columns, "phone"] }), []);
  });

  test("say nothing of who left when the catalog has no column for it", async () => {
    const audience = new Audience(world, 3);
    const columns = ["segment_id", "braze_id", "email"];
    const first = await audience.sync(undefined, { columns });
    audience.remove(String(audience.ids[0]));
    const second = await audience.sync(first, { columns });
    expectComplete(second, []);
    expect(second.logs("INFO").join("\n")).toContain("1 user left");
  });

  test("do not take users for gone when an export is far smaller than the segment", async () => {
    const audience = new Audience(world, 300, 100);
    const first = await audience.sync();
    audience.workspace.exportSettings.transformFile = (file, index) => (index === 0 ? file : null);
    const second = await audience.sync(first);
    expectComplete(second, []);
    const warnings = second.logs("WARN").join("\n");
    expect(warnings).toContain("has 100 users, but by /segments/data_series the segment had 300 users");
    expect(warnings).toContain("200 users of segment");
    // They are still known.
    delete audience.workspace.exportSettings.transformFile;
    expectComplete(await audience.sync(second), []);
  });

  test("of several segments know each one's users", async () => {
    // The first and the ninth are of one country.
    const one = new Audience(world, 9);
    const others = one.workspace.createSegment({ name: "Others", filter: ({ country }) => country === "US" });
    const config = { ...one.config, segment_ids: [one.segment.id, others.id] };
    const first = await world.read(config, { incremental: true });
    expect(first.records()).toHaveLength(11);
    const [moved = ""] = one.ids;
    one.change(moved, { country: "BE" });
    const second = await world.read(config, { incremental: true, state: first.stateFile });
    expect(second.records().map(({ data }) => [data.segment_name, data.braze_id, data.country])).toEqual([
      ["VIPs", moved, "BE"],
      ["Others", moved, undefined],
    ]);
  });
});

describe("the index", () => {
  test("is not replaced by an export that fails", async () => {
    const audience = new Audience(world, 30);
    const first = await audience.sync();
    const before = await audience.indexObjects();
    const [gone = "", ...everybody] = audience.ids;
    const [changed = ""] = everybody;
    audience.remove(gone);
    audience.change(changed, { first_name: "Another" });
    audience.workspace.exportSettings.transformFile = (file, index) =>
      index === 2 ? file.subarray(0, 30) : file;
    const failed = await audience.sync(first);
    expect(failed.exitCode).toBe(1);
    expect(await audience.indexObjects()).toEqual(before);
    expect(leavers(failed)).toEqual([]);
    delete audience.workspace.exportSettings.transformFile;
    // The damaged file is tried once more, then the segment is exported anew.
    const failedAgain = await audience.sync(failed);
    expect(failedAgain.exitCode).toBe(1);
    // Whoever was emitted before the export was given up is emitted as they are now: the index knows nothing of that.
    audience.change(changed, { first_name: "As before" });
    const complete = await audience.sync(failedAgain);
    expectComplete(complete, [gone, ...everybody]);
    expect(leavers(complete)).toEqual([gone]);
    expectComplete(await audience.sync(complete), []);
  });

  test("knows who was new in an export that was given up, and left before the next", async () => {
    const audience = new Audience(world, 5);
    const { exportSettings } = audience.workspace;
    /** The file is damaged at its end, and still is when it is tried again. */
    const givenUp = async (last?: Finished): Promise<Finished> => {
      exportSettings.transformFile = (file) => file.subarray(0, -4);
      const damaged = await audience.sync(last);
      delete exportSettings.transformFile;
      const failed = await audience.sync(damaged);
      // The index is there before a state forgets the export: a kill in between loses nothing.
      expect(failed.states.map(({ stream }) => stream?.stream_state)).toEqual([
        expect.objectContaining({ segments: {}, indexes: { [audience.segment.id]: expect.any(String) } }),
      ]);
      return failed;
    };
    const [first = "", second = ""] = audience.ids;
    const before = await givenUp();
    audience.remove(first);
    const complete = await audience.sync(before);
    expect(leavers(complete)).toEqual([first]);

    const [passing = ""] = audience.add(1);
    const after = await givenUp(complete);
    audience.remove(passing);
    audience.remove(second);
    const next = await audience.sync(after);
    expect(leavers(next).sort()).toEqual([passing, second].sort());
    // Those remain that the last two states name.
    expect(new Set((await audience.indexObjects()).map((key) => key.split("/").at(-2))).size).toBe(2);
  });

  test("that is gone or damaged means a warning, and everybody is emitted", async () => {
    const damages: ((content: Buffer) => Buffer | undefined)[] = [
      () => undefined,
      (content) => Buffer.concat([content.subarray(0, 40), Buffer.from([1]), content.subarray(41)]),
      (content) => content.subarray(0, 20),
    ];
    await Promise.all(damages.map(afterDamage));
  });

  async function afterDamage(damage: (content: Buffer) => Buffer | undefined): Promise<void> {
    const audience = new Audience(world, 12);
    const first = await audience.sync();
    for (const Key of await audience.indexObjects()) {
      const Body = damage(await contentOf(Key));
      if (Body) await world.s3.client().send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      else await world.s3.client().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    }
    audience.remove(String(audience.ids[0]));
    const second = await audience.sync(first);
    expectComplete(second, audience.ids);
    expect(second.logs("WARN").join("\n")).toMatch(
      /index of the last export of segment "VIPs".*can't be used.*every user is emitted/,
    );
    expectComplete(await audience.sync(second), []);
  }

  test("that can't be written fails the sync before anything is exported", async () => {
    const audience = new Audience(world, 3);
    const fault = world.s3.faults.add({
      kind: "error",
      action: "PutObject",
      key: /_source-braze/,
      code: "AccessDenied",
      status: 403,
    });
    const finished = await audience.sync();
    fault.remove();
    expect(finished.errors[0]).toMatchObject({ failure_type: "config_error" });
    expect(finished.errors[0]?.message).toContain("s3:PutObject");
    expect(exportsOf(audience.workspace)).toBe(0);
  });
});

test("without a bucket only full refresh is offered, and nothing else accepted", async () => {
  const workspace = world.withLink();
  const segment = workspace.createSegment({ name: "VIPs", size: 3, generate: plainUser });
  const config = world.linkConfig(workspace, [segment]);
  const { catalog } = await run("source-braze", "discover", { config });
  expect(catalog.streams.find(({ name }) => name === "segment_users")?.supported_sync_modes).toEqual([
    "full_refresh",
  ]);
  const finished = await world.read(config, { incremental: true });
  expect(finished.errors[0]).toMatchObject({ failure_type: "config_error" });
  expect(finished.errors[0]?.message).toContain("object_storage_config");
});

test("a workspace that delivers by link is compared with the index in the configured bucket", async () => {
  const workspace = world.withLink();
  const segment = workspace.createSegment({ name: "VIPs", size: 3, generate: plainUser });
  const config = world.storageConfig(workspace, [segment]);
  const first = await world.read(config, { incremental: true });
  expect(first.records()).toHaveLength(3);
  const second = await world.read(config, { incremental: true, state: first.stateFile });
  expect(second.exitCode).toBe(0);
  expect(second.records()).toHaveLength(0);
});

test("the size of the segments is said as an estimate, when all of their users are to come", async () => {
  const audience = new Audience(world, 7);
  const estimates = ({ messages }: Finished) =>
    messages.flatMap(({ trace }) => (trace?.estimate ? [trace.estimate.row_estimate] : []));
  const first = await audience.sync();
  expect(estimates(first)).toEqual([7]);
  expect(estimates(await audience.sync(first))).toEqual([]);
});

async function contentOf(Key: string): Promise<Buffer> {
  const { Body } = await world.s3.client().send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
