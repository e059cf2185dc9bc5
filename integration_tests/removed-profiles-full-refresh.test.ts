/** Which full refreshes may remove profiles, and which profiles they may. */
import { start } from "./harness";
import { catalogOf, linesOf, people, person, RemovalWorld } from "./removed-profiles-world";
import type { JsonObject } from "./sandbox";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();
const world = (config: JsonObject): RemovalWorld => new RemovalWorld(sandbox, config);

describe("a full refresh", () => {
  it("in two attempts removes nobody that either of them brought", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const first = await each.sync(people(1, 5), { status: "INCOMPLETE", syncId: 7 });
    expect(first.exitCode).toBe(0);
    expect((await each.memberFiles()).some((name) => name.startsWith("seen"))).toBe(true);
    expect(await each.everything()).not.toContain("person-");
    await each.sync(people(6, 9), { syncId: 7 });
    expect(each.workspace.users.count).toBe(9);
    expect(each.user(10)).toBeUndefined();
    // The stream was complete; the host tries once more because of another one.
    const again = await each.sync([], { syncId: 7 });
    expect(again.exitCode).toBe(0);
    expect(each.workspace.users.count).toBe(9);
  });

  it("in two attempts is one also for a host that names no syncs and a source without statuses", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10), { syncId: null, status: null });
    await each.sync(people(1, 5), { syncId: null, status: "INCOMPLETE" });
    await each.sync(people(6, 9), { syncId: null, status: null });
    expect(each.workspace.users.count).toBe(9);
  });

  it("did not come whole when the source has told statuses, but not that of this stream", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const finished = await each.sync(people(1, 9), { status: null, elsewhere: "STARTED" });
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.users.count).toBe(10);
    expect(finished.logs("WARN").join("\n")).not.toContain("reported no stream statuses");
    await each.sync(people(1, 9));
    expect(each.workspace.users.count).toBe(9);
  });

  it("of a source without statuses is taken for whole, which a warning says once", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10), { status: null, streams: { users: people(1, 10) } });
    const finished = await each.sync(people(1, 9), { status: null, streams: { users: people(1, 9) } });
    expect(each.workspace.users.count).toBe(9);
    const told = finished.logs("WARN").filter((text) => text.includes("reported no stream statuses"));
    expect(told).toHaveLength(1);
  });

  it("removes nobody when an attempt was killed, and whoever left the next time", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const running = await start("destination-braze", "write", {
      config: each.config,
      catalog: catalogOf(["contacts"], 9),
      input: (async function* () {
        yield linesOf("contacts", people(1, 5), null).join("");
        await new Promise(() => undefined);
      })(),
    });
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGKILL");
    await running.finished;
    const resumed = await each.sync(people(6, 9), { syncId: 9 });
    expect(resumed.exitCode).toBe(0);
    expect(resumed.logs("WARN").join("\n")).toContain("was killed");
    expect(each.workspace.users.count).toBe(10);
    await each.sync(people(1, 9));
    expect(each.workspace.users.count).toBe(9);
  });

  it("after one that never came whole removes also who was new in that", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    await each.sync(people(11, 12), { status: "INCOMPLETE" });
    const finished = await each.sync(people(1, 11));
    expect(await each.removed(finished)).toMatchObject({ known: 12, left: 1, done: 1 });
    expect(each.user(12)).toBeUndefined();
  });

  it("removes nobody when too many seem to have left, and says so every time", async () => {
    const each = world({ removed_profiles: "clear_attributes", removed_profiles_limit_percent: 30 });
    await each.sync(people(1, 10));
    const config = { removed_profiles_limit_percent: 40 };
    for (const attempt of [1, 2]) {
      const finished = await each.sync(people(1, 6), { syncId: 70 });
      expect(finished.exitCode).toBe(1);
      expect(finished.errors[0]).toMatchObject({
        failure_type: "config_error",
        message: expect.stringContaining("4 of 10 known profiles are not in the stream any more"),
      });
      expect(finished.states).toHaveLength(1);
      expect([attempt, each.points(10)]).toEqual([attempt, 10]);
    }
    expect(await each.removed(await each.sync(people(1, 6), { config }))).toMatchObject({
      left: 4,
      done: 4,
    });
    expect(each.points(10)).toBeUndefined();
  });

  it("lets few people leave whatever their share, unless the config says otherwise", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 3));
    const finished = await each.sync(people(1, 1));
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.users.count).toBe(1);
  });

  it("clears attributes also when a new generation has reset the index", async () => {
    const each = world({ removed_profiles: "clear_attributes" });
    await each.sync(people(1, 10), { fresh: true });
    await each.sync(people(1, 9), { fresh: true });
    expect(each.points(10)).toBeUndefined();
  });

  it("misses nobody whose record was rejected", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 4));
    await each.sync([...people(1, 3), person(4, { dob: "yesterday" })]);
    expect(each.workspace.users.count).toBe(4);
  });

  it("misses nobody known by an email address that comes with an external id now", async () => {
    const each = world({ removed_profiles: "delete_user", removed_profiles_limit_percent: 100 });
    await each.sync([{ email: "One@example.com", points: 1 }]);
    await each.sync([person(1, { email: "one@example.com" })]);
    expect(each.workspace.stats.byPath["/users/delete"]).toBeUndefined();
  });

  it("keeps the user whom another stream writes too, until that one misses them as well", async () => {
    const each = world({ removed_profiles: "delete_user" });
    const users = people(1, 10);
    await each.sync(users, { streams: { users } });
    const first = await each.sync(people(1, 9), { streams: { users } });
    expect(await each.removed(first)).toEqual({ known: 10, left: 1, done: 0, elsewhere: 1, failed: 0 });
    expect(each.user(10)).toBeDefined();
    await each.sync(people(1, 9), { streams: { users: people(1, 9) } });
    expect(each.user(10)).toBeUndefined();
  });

  it("tries those again whom Braze refused", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const fault = each.workspace.faults.add({
      path: "/users/delete",
      kind: "status",
      status: 400,
      body: { message: "no" },
      times: Number.POSITIVE_INFINITY,
    });
    const refused = await each.sync(people(1, 9));
    expect(await each.removed(refused)).toMatchObject({ left: 1, done: 0, failed: 1 });
    expect(refused.logs("WARN").join("\n")).toContain("tried again next time");
    fault.remove();
    expect(await each.removed(await each.sync(people(1, 9)))).toMatchObject({ left: 1, done: 1 });
  });

  it("only counts in a dry run", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const before = await each.memberFiles();
    const finished = await each.sync(people(1, 9), { dryRun: true });
    expect(finished.logs("INFO").join("\n")).toContain(
      "1 of 10 known profiles are not in it any more; nothing is done to them in a dry run",
    );
    expect(each.workspace.users.count).toBe(10);
    expect(await each.memberFiles()).toEqual(before);
  });
});
