import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { run } from "./harness";
import { awkwardUser, type Segment, type Workspace } from "./sandbox";
import { catalogOf, expectComplete } from "./source-streams-world";
import { addSegment, SourceWorld } from "./source-world";

describe("the global control group", () => {
  const name = "global_control_group_users";
  let world: SourceWorld;
  beforeAll(async () => {
    world = await SourceWorld.start();
  });
  afterAll(() => world.close());

  const readGroup = (config: object) => run("source-braze", "read", { config, catalog: catalogOf([name]) });

  async function exportGroup(workspace: Workspace, configFor: (segments: Segment[]) => BrazeSourceConfig) {
    workspace.createControlGroup({ generate: awkwardUser, size: 100 });
    const config = configFor([addSegment(workspace, 10)]);
    await world.read(config);
    const finished = await readGroup(config);
    expectComplete(finished, [name]);
    expect(finished.records()).toHaveLength(100);
    const [first] = finished.records();
    expect(first?.data).toMatchObject({ braze_id: expect.any(String), exported_at: expect.any(String) });
    expect(first?.data).not.toHaveProperty("segment_id");
  }

  test("is exported by way of the bucket, among the exports of others", async () => {
    const workspace = world.withStorage({ usersPerFile: 40 });
    await exportGroup(workspace, (segments) => world.storageConfig(workspace, segments));
  });

  test("is exported by way of a download link", async () => {
    const workspace = world.withLink();
    await exportGroup(workspace, (segments) => world.linkConfig(workspace, segments));
  });

  test("that does not exist is a config_error", async () => {
    const workspace = world.withLink();
    const finished = await readGroup(world.linkConfig(workspace, []));
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringContaining("global control group") },
    ]);
  });
});
