import { run } from "./harness";
import { column, expectComplete, StreamsWorld } from "./source-streams-world";

const world = StreamsWorld.forAllTests();

describe("when Braze refuses", () => {
  test("one object, it is skipped with a WARN that counts", async () => {
    const workspace = world.seeded();
    workspace.faults.add({
      kind: "status",
      status: 404,
      path: "/campaigns/details",
      when: ({ query }) => query.get("campaign_id") === "campaign-1",
    });
    const finished = await world.read(workspace, ["campaigns_details"]);
    expectComplete(finished, ["campaigns_details"]);
    expect(column(finished, "campaigns_details", "campaign_id")).toEqual(["campaign-0", "campaign-2"]);
    expect(finished.logs("WARN")).toEqual([expect.stringContaining("1 object skipped")]);
  });

  test("a permission, that stream fails and says which, and the others go on", async () => {
    const workspace = world.seeded({ permissions: ["campaigns.list", "segments.list"] });
    const finished = await world.read(workspace, ["campaigns_details", "canvases_details", "segments"]);
    expect(finished.exitCode).toBe(1);
    expect(finished.statuses("campaigns_details")).toEqual(["STARTED", "INCOMPLETE"]);
    expect(finished.statuses("canvases_details")).toEqual(["STARTED", "INCOMPLETE"]);
    expect(finished.statuses("segments")).toEqual(["STARTED", "RUNNING", "COMPLETE"]);
    expect(
      finished.errors.map(({ failure_type, stream_descriptor }) => [failure_type, stream_descriptor?.name]),
    ).toEqual([
      ["config_error", "campaigns_details"],
      ["config_error", "canvases_details"],
    ]);
    expect(finished.errors[0]?.message).toContain("campaigns.details");
    expect(finished.errors[1]?.message).toContain("canvas.list");
  });

  test("the fields of catalogs, discover offers the stream without them", async () => {
    const workspace = world.seeded({ permissions: ["campaigns.list"] });
    const finished = await run("source-braze", "discover", { config: world.configOf(workspace) });
    const items = finished.catalog.streams.find(({ name }) => name === "catalog_items");
    expect(Object.keys(items?.json_schema.properties as object)).toEqual(["catalog_name", "id"]);
    expect(finished.logs("WARN")).toContainEqual(expect.stringContaining("catalogs.get"));
  });

  test("for the rate limit, the sync waits and loses nothing", async () => {
    const workspace = world.seeded();
    workspace.faults.add({
      kind: "rate_limited",
      path: "/campaigns/details",
      retryAfterSeconds: 1,
      times: 2,
    });
    const finished = await world.read(workspace, ["campaigns_details"]);
    expectComplete(finished, ["campaigns_details"]);
    expect(finished.records()).toHaveLength(3);
  });
});
