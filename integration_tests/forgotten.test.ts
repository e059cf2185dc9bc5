/** What this connector itself takes from Braze is not taken for sent any more, by whichever stream. */
import { DestinationWorlds, reportOf, type World } from "./destination-world";
import type { Finished } from "./harness";
import type { JsonObject } from "./sandbox";
import { catalogOf, record, type StreamOptions, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

type Sent = [stream: StreamOptions | string, ...records: JsonObject[]];

/** One sync, which must succeed. @param also streams that bring nothing */
async function sync(to: World, sent: Sent[], also: (StreamOptions | string)[] = []): Promise<Finished> {
  const streams = [...new Set([...sent.map(([stream]) => stream), ...also])];
  const lines = sent.flatMap(([stream, ...records]) => records.map((each) => record(nameOf(stream), each)));
  const finished = await worlds.write(
    to,
    [...lines, ...streams.map((stream) => state(nameOf(stream), 1))],
    catalogOf(...streams),
  );
  expect(finished.errors).toEqual([]);
  return finished;
}

const nameOf = (stream: StreamOptions | string): string =>
  typeof stream === "string" ? stream : stream.name;
const attributesOf = ({ workspace }: World, id: string) =>
  workspace.users.byExternalId(id)?.custom_attributes;
const requestsBy = async ({ workspace }: World, action: () => Promise<unknown>): Promise<string[]> => {
  const before = workspace.requests.length;
  await action();
  return workspace.requests.slice(before).map(({ path }) => path);
};

const a = { external_id: "a", x: 1 };
const softDeleted: StreamOptions = { name: "users", mode: "soft_delete" };
const device = { alias_label: "device", alias_name: "n" };

describe("somebody whom this connector has taken from Braze", () => {
  it("is written again by the stream that deleted them", async () => {
    const to = worlds.world();
    await sync(to, [["users", a]]);
    await sync(to, [[softDeleted, a]]);
    expect(attributesOf(to, "a")).toBeUndefined();
    await sync(to, [["users", a]]);
    expect(attributesOf(to, "a")).toEqual({ x: 1 });
    expect(await requestsBy(to, () => sync(to, [["users", a]]))).toEqual([]);
  });

  it.each<[string, Sent, JsonObject]>([
    ["delete_users", ["delete_users", { external_id: "a" }], a],
    [
      "merge_users",
      [
        "merge_users",
        { identifier_to_merge: { external_id: "a" }, identifier_to_keep: { external_id: "b" } },
      ],
      a,
    ],
    [
      "identify_users",
      ["identify_users", { user_alias: device, external_id: "b" }],
      { user_alias: device, x: 1 },
    ],
    [
      "user_aliases",
      ["user_aliases", { alias_label: "device", old_alias_name: "n", new_alias_name: "m" }],
      { user_alias: device, x: 1 },
    ],
    ["rename_external_ids", ["rename_external_ids", { current_external_id: "a", new_external_id: "c" }], a],
  ])("is written again after %s of another stream, in the sync or not", async (_, taken, user) => {
    for (const also of [["users"], []]) {
      const to = worlds.world();
      await sync(to, [["users", user, { external_id: "b", y: 1 }, { external_id: "z", x: 1 }]]);
      await sync(to, [taken], also);
      await sync(to, [["users", user, { external_id: "z", x: 1 }]]);
      expect(to.workspace.accepted.attributes).toBe(4);
      expect(await requestsBy(to, () => sync(to, [["users", user]]))).toEqual([]);
    }
  });

  it("is written again in the same sync", async () => {
    const to = worlds.world();
    await sync(to, [["users", a]]);
    await sync(to, [
      ["delete_users", { external_id: "a" }],
      ["users", a],
    ]);
    expect(attributesOf(to, "a")).toEqual({ x: 1 });
  });

  it("is written again when the sync that took them was killed", async () => {
    for (const fault of [{ kind: "drop_after" }, { kind: "delay", delayMs: 0 }] as const) {
      const to = worlds.world();
      await sync(to, [["users", a]]);
      // Accepted, and killed before anything could be noted; or killed as soon as it was.
      if (fault.kind === "drop_after")
        to.workspace.faults.add({ ...fault, path: "/users/delete", times: Infinity });
      const running = await worlds.startWrite(
        to,
        (async function* () {
          yield record("delete_users", { external_id: "a" });
          await new Promise(() => undefined);
        })(),
        catalogOf("delete_users"),
      );
      while (attributesOf(to, "a")) await new Promise((resolve) => setTimeout(resolve, 5));
      running.process.kill("SIGKILL");
      await running.finished;
      to.workspace.faults.clear();
      // The host brings it once more, or not.
      await sync(to, [], ["delete_users"]);
      await sync(to, [["users", a]]);
      expect(attributesOf(to, "a")).toEqual({ x: 1 });
    }
  });

  it("is written again when they had left another stream", async () => {
    const to = worlds.world({}, { removed_profiles: "delete_user", removed_profiles_limit_percent: 100 });
    const others: StreamOptions = { name: "others", destination_object_name: "users" };
    await sync(to, [["users", a]]);
    await sync(to, [[{ ...others, sync_id: 1 }, a, { external_id: "b" }]]);
    await sync(to, [[{ ...others, sync_id: 2 }, { external_id: "b" }]]);
    expect(attributesOf(to, "a")).toBeUndefined();
    await sync(to, [[{ name: "users", sync_id: 3 }, a]]);
    expect(attributesOf(to, "a")).toEqual({ x: 1 });
  });

  it("is nobody to warn of: the next sync does not take it for an interruption", async () => {
    const to = worlds.world();
    await sync(to, [["users", a]]);
    await sync(to, [["delete_users", { external_id: "a" }]]);
    const finished = await sync(to, [["users", a]]);
    expect(finished.logs("WARN").join("\n")).not.toContain("ended before it could store");
  });
});

describe("items that this connector has taken from a catalog", () => {
  const places = (mode: string): StreamOptions => ({
    name: "places",
    mode,
    columns: ["id", "city", "rating"],
    destination_object_name: "catalog_items/places",
  });
  const item = { id: "1", city: "Ghent", rating: 4 };
  const world = (): World => {
    const to = worlds.world();
    const fields = [
      { name: "id", type: "string" },
      { name: "city", type: "string" },
      { name: "rating", type: "number" },
    ];
    to.workspace.content.catalogs.push({ name: "places", fields, items: [] });
    return to;
  };
  const items = ({ workspace }: World) => workspace.content.catalogs[0]?.items ?? [];

  it("are written again when they were deleted", async () => {
    const to = world();
    await sync(to, [[places("append"), item]]);
    await sync(to, [[places("soft_delete"), item]]);
    expect(items(to)).toEqual([]);
    await sync(to, [[places("append"), item]]);
    expect(items(to)).toEqual([item]);
  });

  it("are written again when they were replaced by less", async () => {
    const to = world();
    await sync(to, [[places("append"), item]]);
    await sync(to, [[places("overwrite"), { id: "1", city: "Ghent" }]]);
    expect(items(to)).toEqual([{ id: "1", city: "Ghent" }]);
    await sync(to, [[places("append"), item]]);
    expect(items(to)).toEqual([item]);
  });

  it("are created when updates were all that had come so far", async () => {
    const to = world();
    await sync(to, [[places("update"), item]]);
    expect(items(to)).toEqual([]);
    await sync(to, [[places("append"), item]]);
    expect(items(to)).toEqual([item]);
    await sync(to, [[places("append"), { ...item, rating: 5 }]]);
    expect(to.workspace.requests.at(-1)?.method).toBe("PATCH");
  });
});

describe("users whom Braze was not to create", () => {
  const updates: StreamOptions = { name: "users", mode: "update" };
  it.each<[string, Sent, JsonObject]>([
    ["by the config", ["users", a], { create_users: false }],
    ["by the sync mode", [updates, a], {}],
    ["by the record", ["users", { ...a, _update_existing_only: true }], {}],
  ])("%s are created as soon as that is wanted", async (_, ignored, config) => {
    const to = worlds.world();
    const limited = { ...to, config: { ...to.config, ...config } };
    await sync(limited, [ignored]);
    expect(attributesOf(to, "a")).toBeUndefined();
    // What Braze has ignored once is not sent again as an update.
    expect(await requestsBy(to, () => sync(limited, [ignored]))).toEqual([]);
    await sync(to, [["users", a]]);
    expect(attributesOf(to, "a")).toEqual({ x: 1 });
    expect(await reportOf(to)).toMatchObject({ unchanged: 0 });
    for (const again of [["users", a], ignored] as Sent[])
      expect(await requestsBy(to, () => sync(to, [again]))).toEqual([]);
  });

  it("get all that they have when they are created, whatever had been sent before", async () => {
    const to = worlds.world();
    const limited = { ...to, config: { ...to.config, create_users: false } };
    await sync(limited, [["users", { ...a, y: 1 }]]);
    await sync(to, [["users", a]]);
    await sync(to, [["users", { ...a, y: 1 }]]);
    expect(attributesOf(to, "a")).toEqual({ x: 1, y: 1 });
  });

  it("are created also without attributes", async () => {
    const to = worlds.world();
    const nobody = { external_id: "a" };
    await sync({ ...to, config: { ...to.config, create_users: false } }, [["users", nobody]]);
    await sync(to, [["users", nobody]]);
    expect(attributesOf(to, "a")).toEqual({});
  });
});

describe("set_if_empty", () => {
  const mapping = {
    stream: "contacts",
    object: "users",
    identifiers: [{ field: "id", as: "external_id" }],
    fields: [{ field: "dob", as: "dob", merge: "set_if_empty" }],
  };

  it.each<[string, Sent, string]>([
    ["deleted", ["delete_users", { external_id: "a" }], "2002-02-02"],
    [
      "kept in a merge that fills the gap",
      [
        "merge_users",
        { identifier_to_merge: { external_id: "b" }, identifier_to_keep: { external_id: "a" } },
      ],
      "1990-01-01",
    ],
  ])("looks again at somebody who was %s in the same sync", async (_, taken, dob) => {
    const to = worlds.world({}, { streams: [mapping] });
    to.workspace.users.seed([
      { external_id: "a", dob: taken[0] === "delete_users" ? "1990-01-01" : undefined },
      { external_id: "b", dob: "1990-01-01" },
    ]);
    await sync(to, [
      ["contacts", { id: "z", dob: "2001-01-01" }],
      taken,
      ["contacts", { id: "a", dob: "2002-02-02" }],
    ]);
    expect(to.workspace.users.byExternalId("a")?.dob).toBe(dob);
  });
});
