import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { FakeStorage } from "../../testing/fake-storage";
import { parseLine } from "../json-line";
import { Changes } from "./changes";
import { IndexStore } from "./index-store";
import { openBasis } from "./open-basis";

const name = "2026-01-01_uuid-1";
const ids = ["55eede000000000000000001", "55eede000000000000000002"];
const lineOf = (id: unknown, email: string) =>
  parseLine(Buffer.from(JSON.stringify({ braze_id: id, email, ignored: Math.random() })));
const counts = (key: string): boolean => key !== "ignored";

/** A store with an index of two users. */
async function stored(): Promise<{ storage: FakeStorage; store: IndexStore }> {
  const storage = new FakeStorage(Date.now);
  const store = new IndexStore(storage, "seg");
  const { changes } = await open(store, undefined);
  for (const id of ids) changes.isNews(lineOf(id, "old"));
  await store.save({
    name,
    columns: "columns",
    exportedAt: "2026-01-01T00:00:00.000Z",
    previous: "2025-12-31_uuid-0",
    secondPrevious: undefined,
    table: changes.basis.table,
    keepsUnseen: false,
  });
  return { storage, store };
}

async function open(
  store: IndexStore,
  index: string | undefined,
  columns = "columns",
  emittedBesideIndex = false,
) {
  const output = new MemoryOutput();
  const wanted = { segment: 'segment "VIPs"', index, columns, emittedBesideIndex };
  const basis = await openBasis(store, wanted, output.output.log);
  return { changes: new Changes(basis, counts), basis, log: output.lines.join("\n") };
}

test("everything is news after users were emitted that the index does not know", async () => {
  const { store } = await stored();
  const { basis, log } = await open(store, name, "columns", true);
  expect(basis).toMatchObject({ index: name, emitsAll: true });
  expect(log).toContain("given up after some of its users were emitted");
});

test("what is the same as in the index is no news, whatever else comes along", async () => {
  const { store } = await stored();
  const { changes, basis, log } = await open(store, name);
  expect(log).toContain("its export of 2026-01-01T00:00:00.000Z (2 users)");
  expect(basis).toMatchObject({ index: name, previous: "2025-12-31_uuid-0" });
  expect(changes.isNews(lineOf(ids[0], "old"))).toBe(false);
  expect(changes.isNews(lineOf(ids[0], "new"))).toBe(true);
  // A user that an export has twice is not emitted twice.
  expect(changes.isNews(lineOf(ids[0], "new"))).toBe(false);
  expect(changes.isNews(lineOf("55eede000000000000000003", "new"))).toBe(true);
  expect([...changes.leavers()]).toEqual([ids[1]]);
  expect(changes.leaverCount).toBe(1);
});

test("hashes of other columns say nothing, but who left can be told", async () => {
  const { store } = await stored();
  const { changes, log } = await open(store, name, "other columns");
  expect(log).toContain("Columns or mapping are not those");
  expect(log).toContain('"INFO"');
  expect(changes.isNews(lineOf(ids[0], "old"))).toBe(true);
  expect([...changes.leavers()]).toEqual([ids[1]]);
});

test("an index that is lost is compared with nothing, which is worth a warning", async () => {
  const { storage, store } = await stored();
  await storage.remove([`_source-braze/segment_users/seg/${name}/0.bin`]);
  const { changes, basis, log } = await open(store, name);
  expect(log).toContain('"WARN"');
  expect(log).toMatch(/_source-braze\/segment_users\/seg\/2026-01-01_uuid-1\/: it is not there/);
  expect(basis.index).toBeUndefined();
  expect(changes.isNews(lineOf(ids[0], "old"))).toBe(true);
  expect(changes.leaverCount).toBe(0);
});

test("users whose braze_id is none are always news, and counted", async () => {
  const { store } = await stored();
  const { changes } = await open(store, name);
  for (const id of ["x", undefined, 7]) {
    expect(changes.isNews(lineOf(id, "old"))).toBe(true);
    expect(changes.isNews(lineOf(id, "old"))).toBe(true);
  }
  expect(changes.strangers).toBe(6);
});

test("storage that can't be reached is not taken for a lost index", async () => {
  const { storage, store } = await stored();
  storage.read = async () => {
    throw new Error("no connection");
  };
  await expect(open(store, name)).rejects.toThrow("no connection");
});
