import { start } from "./harness";
import {
  catalogOf,
  column,
  day,
  dayMs,
  expectComplete,
  queriesOf,
  StreamsWorld,
} from "./source-streams-world";

const world = StreamsWorld.forAllTests();

describe("an incremental sync", () => {
  const names = ["campaigns", "campaigns_analytics", "kpi_daily_new_users", "email_unsubscribes"];

  test("brings what changed: edits, the current day, new objects from the start", async () => {
    const workspace = world.seeded();
    const first = await world.readNew(workspace, names);
    expectComplete(first, names);
    expect(first.records("campaigns_analytics")).toHaveLength(3 * 31);
    expect(first.records("kpi_daily_new_users")).toHaveLength(31);

    workspace.statistics.set("new_users", day(0), 4711);
    workspace.campaigns.splice(0, 1);
    workspace.createCampaign({ id: "campaign-new", name: "New" });
    workspace.content.unsubscribes.push({ who: "new@example.com", at: new Date().toISOString() });
    const second = await world.readNew(workspace, names, first.stateFile);
    expectComplete(second, names);
    expect(column(second, "campaigns", "id")).toEqual(["campaign-new"]);
    expect(second.records("kpi_daily_new_users").map(({ data }) => data)).toEqual([
      { time: day(0), new_users: 4711 },
    ]);
    expect(column(second, "email_unsubscribes", "email")).toEqual(["new@example.com"]);
    const points = second.records("campaigns_analytics").map(({ data }) => [data.campaign_id, data.time]);
    expect(points.filter(([id]) => id !== "campaign-new")).toEqual([
      ["campaign-1", day(0)],
      ["campaign-2", day(0)],
    ]);
    expect(points.filter(([id]) => id === "campaign-new")).toHaveLength(31);

    // The campaign that was gone for a while comes back, and goes on where it was.
    workspace.createCampaign({ id: "campaign-0", name: "Campaign 0" });
    const third = await world.readNew(workspace, names, second.stateFile);
    expect(column(third, "campaigns_analytics", "campaign_id").sort()).toEqual([
      "campaign-0",
      "campaign-1",
      "campaign-2",
      "campaign-new",
    ]);
  });

  test("of a list alone lets Braze filter", async () => {
    const workspace = world.seeded();
    const first = await world.readNew(workspace, ["campaigns", "content_blocks"]);
    const second = await world.readNew(workspace, ["campaigns", "content_blocks"], first.stateFile);
    expect(second.records()).toEqual([]);
    expect(queriesOf(workspace, "/campaigns/list").at(-1)?.has("last_edit.time[gt]")).toBe(true);
    expect(queriesOf(workspace, "/content_blocks/list").at(-1)?.has("modified_after")).toBe(true);
  });

  test("goes on from a state of the official connector", async () => {
    const workspace = world.seeded();
    const stream = (name: string, stream_state: object) => ({
      type: "STREAM",
      stream: { stream_descriptor: { name }, stream_state },
    });
    const finished = await world.readNew(
      workspace,
      ["campaigns_analytics", "kpi_daily_new_users"],
      [
        stream("campaigns_analytics", {
          use_global_cursor: false,
          states: [{ partition: { campaign_id: "campaign-1", parent_slice: {} }, cursor: { time: day(3) } }],
        }),
        stream("kpi_daily_new_users", { time: day(2) }),
      ],
    );
    expect(column(finished, "kpi_daily_new_users", "time")).toEqual([day(2), day(1), day(0)]);
    const ids = column(finished, "campaigns_analytics", "campaign_id");
    expect(ids.filter((id) => id === "campaign-1")).toHaveLength(4);
    expect(ids.filter((id) => id === "campaign-0")).toHaveLength(31);
  });

  test("that was stopped goes on from its last state, and no day is missing", async () => {
    const workspace = world.seeded({}, 40);
    const faults = workspace.faults.add({
      kind: "delay",
      delayMs: 30,
      path: "/campaigns/data_series",
      times: Number.POSITIVE_INFINITY,
    });
    const catalog = catalogOf(["campaigns_analytics"], "incremental");
    const running = await start("source-braze", "read", { config: world.configOf(workspace), catalog });
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    faults.remove();
    expect(stopped.statuses("campaigns_analytics").at(-1)).toBe("INCOMPLETE");
    expect(stopped.errors).toEqual([]);

    const rest = await world.readNew(workspace, ["campaigns_analytics"], stopped.stateFile);
    expectComplete(rest, ["campaigns_analytics"]);
    expect(rest.records().length).toBeLessThan(40 * 31);
    const points = [...stopped.records(), ...rest.records()].map(
      ({ data }) => `${data.campaign_id} ${data.time}`,
    );
    expect(new Set(points).size).toBe(40 * 31);
  });

  test.each([
    ["far east", 14 * 60],
    ["far west", -12 * 60],
  ])("of a company in the %s has every day of its own calendar once", async (_, utcOffsetMinutes) => {
    const workspace = world.seeded({ utcOffsetMinutes }, 1);
    const local = (ago: number): string =>
      new Date(Date.now() + utcOffsetMinutes * 60_000 - ago * dayMs).toISOString().slice(0, 10);
    const finished = await world.readNew(workspace, ["canvases_analytics"], [], { start_date: local(40) });
    expect(column(finished, "canvases_analytics", "time")).toEqual(
      Array.from({ length: 41 }, (_, index) => local(40 - index)),
    );
    const again = await world.readNew(workspace, ["canvases_analytics"], finished.stateFile, {
      start_date: local(40),
    });
    expect(column(again, "canvases_analytics", "time")).toContain(local(0));
    expect(again.records().length).toBeLessThanOrEqual(2);
  });
});
