/** After a crash the host brings records again that created, deleted or merged users: they end as without the crash. */
import { DestinationWorlds, type World } from "./destination-world";
import type { JsonObject } from "./sandbox";
import { catalogOf, record, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

type Sent = [stream: string, record: JsonObject];

/** Braze gets all, no state leaves, the process dies, and the host sends all once more. */
async function twice(to: World, sent: readonly Sent[], isDone: () => boolean): Promise<void> {
  const streams = [...new Set(sent.map(([stream]) => stream))];
  const lines = sent.map(([stream, data]) => record(stream, data));
  const running = await worlds.startWrite(
    to,
    (async function* () {
      yield* lines;
      await new Promise(() => undefined);
    })(),
    catalogOf(...streams),
  );
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
  // What is acknowledged for more than a second is known after a crash; a busy disk may take some more.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  running.process.kill("SIGKILL");
  await running.finished;
  const again = await worlds.write(
    to,
    [...lines, ...streams.map((stream) => state(stream, 1))],
    catalogOf(...streams),
  );
  expect(again.errors).toEqual([]);
}

const user = ({ workspace }: World, id: string) => workspace.users.byExternalId(id);
const seen = (id: string): JsonObject => ({ external_id: id, name: "seen", time: "2026-05-04T10:00:00Z" });

it("who was merged is not there again, and nothing of them comes twice", async () => {
  const to = worlds.world();
  await twice(
    to,
    [
      ["users", { external_id: "kept", x: 1 }],
      ["users", { external_id: "gone", y: 1, points: { inc: 1 } }],
      ["events", seen("gone")],
      [
        "merge_users",
        { identifier_to_merge: { external_id: "gone" }, identifier_to_keep: { external_id: "kept" } },
      ],
      ["events", seen("kept")],
    ],
    () => to.workspace.accepted.events === 2,
  );
  expect(user(to, "gone")).toBeUndefined();
  expect(user(to, "kept")?.custom_attributes).toEqual({ x: 1, y: 1, points: 1 });
  expect(to.workspace.accepted.events).toBe(2);
});

it("who was deleted and came anew has what was accepted of them since", async () => {
  const to = worlds.world();
  await twice(
    to,
    [
      ["users", { external_id: "a", old: true }],
      ["delete_users", { external_id: "a" }],
      ["users", { external_id: "a", points: { inc: 1 } }],
      ["events", seen("a")],
      ["events", seen("b")],
    ],
    () => to.workspace.accepted.events === 2,
  );
  expect(user(to, "a")?.custom_attributes).toEqual({ points: 1 });
  expect(user(to, "a")?.custom_events).toMatchObject([{ name: "seen", count: 1 }]);
  expect(user(to, "b")?.custom_events).toMatchObject([{ name: "seen", count: 1 }]);
});

it("an alias that has another name since is not there again", async () => {
  const to = worlds.world();
  const renamed = { alias_label: "device", alias_name: "new" };
  await twice(
    to,
    [
      ["user_aliases", { alias_label: "device", alias_name: "old" }],
      ["user_aliases", { alias_label: "device", old_alias_name: "old", new_alias_name: "new" }],
    ],
    () => to.workspace.users.byAlias(renamed) !== undefined,
  );
  expect(to.workspace.users.count).toBe(1);
  expect(to.workspace.users.byAlias(renamed)).toBeDefined();
});
