import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./harness";
import { people, RemovalWorld } from "./removed-profiles-world";
import type { JsonObject, WorkspaceOptions } from "./sandbox";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();
const world = (config: JsonObject, options: WorkspaceOptions = {}): RemovalWorld =>
  new RemovalWorld(sandbox, config, options);

describe.each<[string, string | { mark: string }, (each: RemovalWorld) => void]>([
  [
    "clear_attributes",
    "clear_attributes",
    (each) => expect(each.user(10)?.custom_attributes).toEqual({ other: "kept" }),
  ],
  ["delete_user", "delete_user", (each) => expect(each.user(10)).toBeUndefined()],
  [
    "mark",
    { mark: "in_crm" },
    (each) => {
      expect(each.user(10)?.custom_attributes).toEqual({ points: 10, in_crm: false, other: "kept" });
      expect(each.user(9)?.custom_attributes).toEqual({ points: 9, in_crm: true });
    },
  ],
])("removed_profiles: %s", (_, removed_profiles, expectGone) => {
  it("acts once on those who left, and on nobody else", async () => {
    const each = world({ removed_profiles });
    each.workspace.users.seed([{ external_id: "person-10", custom_attributes: { other: "kept" } }]);
    const first = await each.sync(people(1, 10));
    expect(await each.removed(first)).toEqual({ known: 0, left: 0, done: 0, elsewhere: 0, failed: 0 });
    expect(each.sent()).toBe(10);

    const second = await each.sync(people(1, 9));
    expect(await each.removed(second)).toEqual({ known: 10, left: 1, done: 1, elsewhere: 0, failed: 0 });
    expect(second.logs("INFO").join("\n")).toContain("1 of 10 known profiles are not in it any more; 1 were");
    expect(each.sent()).toBe(1);
    expectGone(each);
    expect(each.points(9)).toBe(9);

    const third = await each.sync(people(1, 9));
    expect(await each.removed(third)).toMatchObject({ known: 9, left: 0 });
    expect(each.sent()).toBe(0);

    const stored = await each.everything();
    expect(stored).toContain("report.json");
    expect(stored).not.toContain("person-");
    expect((await each.memberFiles()).some((name) => name.startsWith("seen"))).toBe(false);

    await each.sync(people(1, 10));
    expect(each.points(10)).toBe(10);
  });
});

it("an incremental stream removes nobody", async () => {
  const each = world({ removed_profiles: "delete_user" });
  await each.sync(people(1, 10), { syncMode: "incremental" });
  await each.sync(people(1, 1), { syncMode: "incremental" });
  expect(each.workspace.users.count).toBe(10);
});

it("a list that can't be opened removes nobody and is made anew", async () => {
  const each = world({ removed_profiles: "delete_user", removed_profiles_limit_percent: 100 });
  await each.sync(people(1, 4));
  for (const name of await each.memberFiles()) await writeFile(join(each.memberFolder, name), "garbage");
  const finished = await each.sync(people(1, 3));
  expect(finished.exitCode).toBe(0);
  expect(finished.logs("WARN").join("\n")).toContain("can't be used");
  expect(each.workspace.users.count).toBe(4);
  await each.sync(people(1, 2));
  expect(each.workspace.users.count).toBe(3);
});

it("check asks for the permission to delete, and deletes nobody", async () => {
  const each = world({ removed_profiles: "delete_user" }, { permissions: ["users.track"] });
  const finished = await run("destination-braze", "check", { config: each.config });
  expect(finished.check).toMatchObject({
    status: "FAILED",
    message: expect.stringContaining("has the permission users.delete"),
  });
  const allowed = world(
    { removed_profiles: "delete_user" },
    { permissions: ["users.track", "users.delete"] },
  );
  allowed.workspace.users.seed([{ external_id: "1" }]);
  expect((await run("destination-braze", "check", { config: allowed.config })).check.status).toBe(
    "SUCCEEDED",
  );
  expect(allowed.workspace.users.count).toBe(1);
});

it("needs a place to remember in", async () => {
  const each = world({ removed_profiles: "delete_user", object_storage_config: { storage_type: "None" } });
  const finished = await each.sync(people(1, 2));
  expect(finished.errors[0]).toMatchObject({
    failure_type: "config_error",
    message: expect.stringContaining('"removed_profiles" needs object_storage_config'),
  });
  expect(each.sent()).toBe(0);
});
