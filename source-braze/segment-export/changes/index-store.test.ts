import { FakeStorage } from "../../testing/fake-storage";
import { DamagedIndexError } from "./index-part";
import { IndexStore, indexName, isIndexName, type NewIndex } from "./index-store";
import { UserTable } from "./user-table";

const nowMs = Date.UTC(2026, 5, 1);
const folder = "_source-braze/segment_users/seg/";
const id = "55eede0012345678901234ff";

function world(): { storage: FakeStorage; store: IndexStore; keys: () => string[] } {
  const storage = new FakeStorage(() => nowMs);
  const keys = (): string[] => storage.objects.map(({ key }) => key.replace(folder, "")).sort();
  return { storage, store: new IndexStore(storage, "seg"), keys };
}

function newIndex(change: Partial<NewIndex> = {}): NewIndex {
  const table = new UserTable();
  table.see(id, { lo: 1, hi: 2 });
  return {
    name: indexName("2026-06-01T00:00:00.000Z", "uuid-1"),
    columns: "columns",
    exportedAt: "2026-06-01T00:00:00.000Z",
    previous: undefined,
    secondPrevious: undefined,
    table,
    keepsUnseen: false,
    ...change,
  };
}

test("an index is loaded as it was saved", async () => {
  const { store, keys } = world();
  const index = newIndex({ previous: "2026-05-31_uuid-0" });
  await store.save(index);
  expect(keys()).toEqual(["2026-06-01_uuid-1/0.bin", "2026-06-01_uuid-1/index.json"]);
  const { table, ...loaded } = await store.load(index.name);
  expect(loaded).toEqual({
    columns: "columns",
    exportedAt: index.exportedAt,
    previous: "2026-05-31_uuid-0",
  });
  expect([...table.unseen()]).toEqual([id]);
});

test("an empty one, too", async () => {
  const { store, keys } = world();
  const index = newIndex({ table: new UserTable() });
  await store.save(index);
  expect(keys()).toEqual(["2026-06-01_uuid-1/index.json"]);
  expect((await store.load(index.name)).table.size).toBe(0);
});

describe("an index is lost", () => {
  const part = `${folder}2026-06-01_uuid-1/0.bin`;
  const head = `${folder}2026-06-01_uuid-1/index.json`;
  test.each<[string, (storage: FakeStorage) => Promise<void>, string]>([
    ["without its head", (storage) => storage.remove([head]), "it is not there"],
    ["without a part", (storage) => storage.remove([part]), "it is not there"],
    ["with a head that is not JSON", (storage) => storage.write(head, Buffer.from("{")), "no JSON object"],
    ["with half a head", (storage) => storage.write(head, Buffer.from('{"version":1}')), "not complete"],
    [
      "of a later version",
      (storage) => storage.write(head, Buffer.from('{"version":2}')),
      "version 2 is unknown",
    ],
    ["with a damaged part", (storage) => storage.write(part, Buffer.from("part of it")), "it is no index"],
  ])("%s", async (_, damage, message) => {
    const { storage, store } = world();
    const index = newIndex();
    await store.save(index);
    await damage(storage);
    const error = await store.load(index.name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DamagedIndexError);
    expect((error as Error).message).toContain(message);
  });

  test("with a part of another index", async () => {
    const { storage, store } = world();
    const table = new UserTable();
    table.see(id, { lo: 1, hi: 2 });
    table.see("000000000000000000000000", { lo: 1, hi: 2 });
    await store.save(newIndex({ name: "2026-06-01_uuid-2", table }));
    await store.save(newIndex());
    const other = storage.objects.find(({ key }) => key.endsWith("uuid-2/0.bin"));
    await storage.write(part, other?.content ?? Buffer.alloc(0));
    await expect(store.load("2026-06-01_uuid-1")).rejects.toThrow("not the one that belongs to it");
  });
});

test("the index before the last two goes, and what is older than 90 days", async () => {
  const { store, keys } = world();
  const names = ["2026-03-02_old", "2026-03-04_other", "2026-05-30_a", "2026-05-31_b"];
  for (const name of names) await store.save(newIndex({ name }));
  const index = newIndex({ previous: "2026-05-31_b", secondPrevious: "2026-05-30_a" });
  await store.save(index);
  await store.removeOutdated(index, nowMs);
  expect([...new Set(keys().map((key) => key.split("/")[0]))]).toEqual([
    "2026-03-04_other",
    "2026-05-31_b",
    "2026-06-01_uuid-1",
  ]);
});

test("a probe leaves nothing behind", async () => {
  const { store, keys } = world();
  await store.probe();
  expect(keys()).toEqual([]);
});

test("a name can't lead elsewhere", () => {
  expect(isIndexName("2026-06-01_uuid-1")).toBe(true);
  for (const name of ["2026-06-01_../x", "x", "2026-06-01_a/b", undefined]) {
    expect(isIndexName(name)).toBe(false);
  }
});
