/** What `write` sends for users, events and purchases, and the states that it gives back. */
import { DestinationWorlds, reportOf } from "./destination-world";
import { type JsonObject, plainUser, type Workspace } from "./sandbox";
import { catalogOf, line, record, silentAfter, state, statesOf, trackRequests, users } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

/** Number of objects in each array of each request. */
const sizes = (workspace: Workspace): number[][] =>
  trackRequests(workspace).map(({ body }) =>
    Object.values(body as JsonObject).map((objects) => (objects as unknown[]).length),
  );

describe("write", () => {
  it("delivers users, events and purchases, and gives states back with counts", async () => {
    const each = worlds.world();
    const time = "2026-01-02T03:04:05Z";
    const finished = await worlds.write(each, [
      state("users", 0),
      record("users", {
        external_id: "1",
        email: "one@example.com",
        points: 7,
        tags: ["a"],
        nested: { x: 1 },
      }),
      record("events", { external_id: "1", name: "seen", time, properties: { colour: "red" } }),
      state("events", 1),
      record("purchases", {
        email: "one@example.com",
        product_id: "p",
        currency: "EUR",
        price: 2.5,
        quantity: 2,
        time,
      }),
      state("users", 2),
      state("purchases", 3),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["0 0+0", "1 1+0", "2 1+0", "3 1+0"]);
    const user = each.workspace.users.byExternalId("1");
    expect(user).toMatchObject({
      email: "one@example.com",
      custom_attributes: { points: 7, tags: ["a"], nested: { x: 1 } },
    });
    expect(each.workspace.events).toMatchObject([
      { name: "seen", time: "2026-01-02T03:04:05.000Z", properties: { colour: "red" } },
    ]);
    expect(each.workspace.purchases).toMatchObject([{ product_id: "p", price: 2.5, quantity: 2 }]);
    expect(await reportOf(each)).toMatchObject({ status: "complete", received: 3, accepted: 3, rejected: 0 });
  });

  it("takes what segment_users exports as it is", async () => {
    const each = worlds.world();
    const columns = ["segment_id", "exported_at", "braze_id", "devices", "custom_attributes", "email"];
    const data = {
      ...plainUser(7),
      segment_id: "s",
      segment_name: "S",
      exported_at: "2026-01-01",
      devices: [],
    };
    const finished = await worlds.write(
      each,
      [record("segment_users", data)],
      catalogOf({ name: "segment_users", columns }),
    );
    expect(finished.exitCode).toBe(0);
    const user = each.workspace.users.byExternalId("user-7");
    expect(user?.custom_attributes).toEqual(plainUser(7).custom_attributes);
    expect(user?.first_name).toBe(plainUser(7).first_name);
    expect(finished.logs("INFO").find((text) => text.includes("left out"))).toMatch(
      /segment_id, exported_at, devices\.$/,
    );
  });

  it("fills requests with 75 objects", async () => {
    const each = worlds.world();
    const finished = await worlds.write(each, [...users(400), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 400+0"]);
    expect(sizes(each.workspace)).toEqual([[75], [75], [75], [75], [75], [25]]);
    expect(each.workspace.users.count).toBe(400);
    expect(trackRequests(each.workspace)[0]?.headers["x-braze-bulk"]).toBe("true");
  });

  it("fills each array where the workspace counts by array", async () => {
    const each = worlds.world(
      { limits: { trackCount: "per_array", trackObjects: 50 } },
      { limits: { count_objects: "per_array", objects_per_request: 50 } },
    );
    const time = "2026-01-02T03:04:05Z";
    const input = Array.from({ length: 100 }, (_, index) => [
      record("users", { external_id: `u${index}`, number: index }),
      record("events", { external_id: `e${index}`, name: "seen", time }),
      record("purchases", { external_id: `p${index}`, product_id: "p", currency: "EUR", price: 1, time }),
    ]).flat();
    expect((await worlds.write(each, input)).exitCode).toBe(0);
    expect(each.workspace.accepted).toEqual({ attributes: 100, events: 100, purchases: 100 });
    expect(each.workspace.stats.byStatus[400]).toBeUndefined();
    expect(sizes(each.workspace).length).toBeLessThanOrEqual(4);
  });

  it("keeps the order of each user's updates, merging those that wait, and never overlaps requests", async () => {
    const each = worlds.world(
      { latencyMs: () => Math.random() * 20 },
      { limits: { objects_per_request: 3 } },
    );
    const input = Array.from({ length: 600 }, (_, index) => {
      const external_id = `u${index % 7}`;
      if (index % 5 === 0) {
        return record("events", {
          external_id,
          name: `e${index}`,
          time: new Date(index * 1000).toISOString(),
        });
      }
      return record("users", { external_id, last: index, count: { inc: 1 }, list: { add: [`${index}`] } });
    });
    const start = Array.from({ length: 7 }, (_, index) =>
      record("users", { external_id: `u${index}`, count: 0, list: [] }),
    );
    expect((await worlds.write(each, [...start, ...input])).exitCode).toBe(0);
    for (let number = 0; number < 7; number++) {
      const own = Array.from({ length: 600 }, (_, index) => index).filter((index) => index % 7 === number);
      const updates = own.filter((index) => index % 5 !== 0);
      const user = each.workspace.users.byExternalId(`u${number}`);
      if (!user) throw new Error(`u${number} is missing`);
      expect(user.custom_attributes).toMatchObject({
        last: updates.at(-1),
        count: updates.length,
        list: updates.map(String),
      });
      expect(each.workspace.eventsOf(user).map(({ name }) => name)).toEqual(
        own.filter((index) => index % 5 === 0).map((index) => `e${index}`),
      );
    }
    expect(each.workspace.accepted.attributes).toBeLessThan(200);
  });

  it("creates no users when told so, and alias-only users when not", async () => {
    const alias = { alias_name: "d1", alias_label: "device" };
    const careful = worlds.world({}, { create_users: false });
    careful.workspace.users.seed([{ external_id: "known" }]);
    const input = [
      record("users", { external_id: "known", a: 1 }),
      record("users", { external_id: "new", a: 1 }),
      record("users", { user_alias: alias, a: 1 }),
    ];
    expect((await worlds.write(careful, input)).exitCode).toBe(0);
    expect(careful.workspace.users.count).toBe(1);
    expect(careful.workspace.users.byExternalId("known")?.custom_attributes).toEqual({ a: 1 });

    const open = worlds.world();
    expect((await worlds.write(open, input)).exitCode).toBe(0);
    expect(open.workspace.users.count).toBe(3);
    expect(open.workspace.users.byAlias(alias)?.custom_attributes).toEqual({ a: 1 });
  });

  it("ignores nulls, or clears attributes with them", async () => {
    const seed = { external_id: "1", first_name: "Jane", custom_attributes: { a: 1, b: 2 } };
    const input = [record("users", { external_id: "1", first_name: null, a: null, c: { d: null, e: 1 } })];
    const ignoring = worlds.world();
    ignoring.workspace.users.seed([seed]);
    await worlds.write(ignoring, input);
    expect(ignoring.workspace.users.byExternalId("1")).toMatchObject({
      first_name: "Jane",
      custom_attributes: { a: 1, b: 2, c: { e: 1 } },
    });
    const clearing = worlds.world({}, { null_values: "clear" });
    clearing.workspace.users.seed([seed]);
    await worlds.write(clearing, input);
    expect(clearing.workspace.users.byExternalId("1")?.first_name).toBeUndefined();
    expect(clearing.workspace.users.byExternalId("1")?.custom_attributes).toEqual({ b: 2, c: { e: 1 } });
    expect(clearing.workspace.dropped).toEqual([]);
  });

  it("gives back states of every kind as they came, also without records", async () => {
    const global =
      '{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[],"shared_state":{"id":12345678901234567890}}}}';
    const legacy = '{"type":"STATE","state":{"data":{"users":{"cursor":"é}"}}}}';
    const finished = await worlds.write(worlds.world(), [
      `${global}\n`,
      ...users(2),
      `${global}\n`,
      `${legacy}\n`,
    ]);
    expect(finished.exitCode).toBe(0);
    const counts = (count: number) =>
      `,"destinationStats":{"recordCount":${count}.0,"rejectedRecordCount":0.0}}}`;
    const echoed = finished.stdout.split("\n").filter((text) => text.includes('"STATE"'));
    expect(echoed).toEqual([
      global.slice(0, -2) + counts(0),
      global.slice(0, -2) + counts(2),
      legacy.slice(0, -2) + counts(0),
    ]);
  });

  it("does nothing, successfully, with no input", async () => {
    const each = worlds.world();
    const finished = await worlds.write(each, []);
    expect(finished.exitCode).toBe(0);
    expect(trackRequests(each.workspace)).toEqual([]);
    expect(await reportOf(each)).toMatchObject({ status: "complete", received: 0 });
  });

  it("sends a partial batch when the input is quiet, and passes on what the source says", async () => {
    const each = worlds.world();
    const log = line({
      type: "LOG",
      log: { level: "INFO", message: `from the source: ${each.config.api_key}` },
    });
    const running = await worlds.startWrite(each, silentAfter(log, ...users(3), state("users", 1)));
    await running.until(({ state }) => state !== undefined);
    expect(each.workspace.users.count).toBe(3);
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.logs()).toContain("from the source: ****");
  });
});
