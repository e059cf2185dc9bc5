/** Lists that are long, and what is asked for each of their entries. */
import { run } from "./harness";
import { column, expectComplete, StreamsWorld } from "./source-streams-world";

const world = StreamsWorld.forAllTests();

describe("long lists", () => {
  test("are read page by page, of every kind of paging", async () => {
    const workspace = world.braze.createWorkspace({ logRequests: 0 });
    for (let index = 0; index < 205; index += 1) workspace.createCampaign({ name: `Campaign ${index}` });
    const { content } = workspace;
    content.eventNames.push(...Array.from({ length: 260 }, (_, index) => `event ${index}`));
    content.products.push(...Array.from({ length: 90 }, (_, index) => `product ${index}`));
    content.emailTemplates.push(
      ...Array.from({ length: 1005 }, (_, index) => ({
        email_template_id: `template-${index}`,
        template_name: "t",
        updated_at: "2024-01-01T00:00:00Z",
      })),
    );
    content.catalogs.push({
      name: "big & odd",
      fields: [],
      items: Array.from({ length: 120 }, (_, index) => ({ id: `item-${index}` })),
    });
    const names = ["campaigns", "events", "custom_events", "products", "email_templates", "catalog_items"];
    const finished = await world.read(workspace, names);
    expectComplete(finished, names);
    expect(names.map((name) => finished.records(name).length)).toEqual([205, 260, 260, 90, 1005, 120]);
    expect(new Set(column(finished, "email_templates", "email_template_id")).size).toBe(1005);
    expect(workspace.stats.byPath["/events"]).toEqual({ 200: 6 });
  });

  test("that lead in a circle end in an error, and the other streams go on", async () => {
    const workspace = world.seeded();
    workspace.faults.add({
      kind: "status",
      status: 200,
      path: "/events",
      times: Number.POSITIVE_INFINITY,
      body: { events: [{ name: "again" }] },
      headers: { link: '</events?cursor=again>; rel="next"' },
    });
    const finished = await world.read(workspace, ["custom_events", "events"]);
    expect(finished.exitCode).toBe(1);
    expect(finished.statuses("custom_events").at(-1)).toBe("INCOMPLETE");
    expect(finished.errors).toMatchObject([
      { failure_type: "transient_error", message: expect.stringContaining("circle") },
    ]);
    expect(finished.statuses("events").at(-1)).toBe("COMPLETE");
  });

  test("discover needs few requests for 1,000 custom attributes and 500 segments", async () => {
    const workspace = world.seeded();
    for (let index = 0; index < 1000; index += 1)
      workspace.defineCustomAttribute(`number ${index}`, "Number");
    for (let index = 0; index < 500; index += 1) workspace.createSegment({ name: `Segment ${index}` });
    const config = world.configOf(workspace, { segment_ids: ["segment-0"] });
    const { catalog } = await run("source-braze", "discover", { config });
    expect(workspace.stats.total).toBeLessThan(30);
    const users = catalog.streams.find(({ name }) => name === "segment_users");
    expect(users?.json_schema).toMatchObject({
      properties: { custom_attributes: { properties: { "number 999": { type: ["null", "number"] } } } },
    });
  });
});

describe("children", () => {
  test("are read several at once, a bounded number, and in order all the same", async () => {
    const workspace = world.seeded({}, 40);
    let delayMs = 0;
    for (const when of [
      () => true,
      // The first ones take longest.
      () => {
        delayMs += 1;
        return delayMs % 8 === 1;
      },
    ]) {
      workspace.faults.add({
        kind: "delay",
        delayMs: 25,
        path: "/campaigns/details",
        when,
        times: Number.POSITIVE_INFINITY,
      });
    }
    const finished = await world.read(workspace, ["campaigns_details"]);
    expect(column(finished, "campaigns_details", "campaign_id")).toEqual(
      Array.from({ length: 40 }, (_, index) => `campaign-${index}`),
    );
    expect(workspace.stats.maxInFlight).toBeGreaterThan(2);
    expect(workspace.stats.maxInFlight).toBeLessThanOrEqual(8);
  });
});
