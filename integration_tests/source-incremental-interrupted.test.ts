/** source-braze when an incremental sync is killed, and when the next one goes on from its state. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import { type Finished, start } from "./harness";
import { Audience, expectComplete, leavers } from "./source-audience";
import { brazeIds, bucket, exportsOf, SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

const isState = ({ type }: AirbyteMessage): boolean => type === "STATE";
const filesIn = ({ state }: AirbyteMessage): number => {
  const segments = (state?.stream?.stream_state?.segments ?? {}) as Record<string, { files?: [] }>;
  return Object.values(segments)[0]?.files?.length ?? 0;
};

describe("a sync that was killed", () => {
  /** Kills a sync after a state, and goes on from there. */
  async function interrupted(audience: Audience, first: Finished, files: number) {
    const options = world.readOptions(audience.config, { incremental: true, state: first.stateFile });
    const running = await start("source-braze", "read", options);
    await running.until((message) => isState(message) && filesIn(message) === files);
    running.process.kill("SIGKILL");
    const killed = await running.finished;
    await world.removeLeftovers();
    return killed;
  }

  test.each([1, 4])("after %i files loses no change and takes nobody for gone", async (files) => {
    const audience = new Audience(world, 40);
    const first = await audience.sync();
    const [gone = ""] = audience.ids;
    const changed = audience.ids.filter((_, index) => index % 10 === 5);
    audience.remove(gone);
    for (const id of changed) audience.change(id, { first_name: "Another" });
    const killed = await interrupted(audience, first, files);
    const next = await audience.sync(killed);
    expect(next.exitCode).toBe(0);
    const ids = new Set([...brazeIds(killed.records()), ...brazeIds(next.records())]);
    expect([...ids].sort()).toEqual([gone, ...changed].sort());
    expect(leavers(next)).toEqual([gone]);
    // What was emitted before the state is not emitted again.
    expect(next.records().length).toBeLessThanOrEqual(1 + changed.length - files);
    expect(exportsOf(audience.workspace)).toBe(2);
    expectComplete(await audience.sync(next), []);
  });

  test("and whose index is lost meanwhile emits everybody, those of the files read before, too", async () => {
    const audience = new Audience(world, 30);
    const first = await audience.sync();
    const killed = await interrupted(audience, first, 2);
    for (const Key of await audience.indexObjects()) {
      await world.s3.client().send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from("?") }));
    }
    expectComplete(await audience.sync(killed), audience.ids);
    expect(exportsOf(audience.workspace)).toBe(2);
  });

  test("is not gone on with in the other mode", async () => {
    const audience = new Audience(world, 30);
    const first = await audience.sync();
    const killed = await interrupted(audience, first, 2);
    const full = await world.read(audience.config, { state: killed.stateFile });
    expectComplete(full, audience.ids);
    expect(exportsOf(audience.workspace)).toBe(3);
  });
});
