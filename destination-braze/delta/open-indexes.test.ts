import type { Context } from "@braze-connectors/shared/airbyte/context";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { closeIndexes, openIndexes } from "./open-indexes";

const stream = (name: string, columns: string[]) => ({
  stream: {
    name,
    json_schema: { properties: Object.fromEntries(columns.map((column) => [column, {}])) },
    supported_sync_modes: ["full_refresh" as const],
  },
  sync_mode: "full_refresh" as const,
  destination_sync_mode: "append" as const,
});

const streams = [stream("crm", ["external_id"]), stream("events", []), stream("a/b", ["email"])];

function open(storage: MemoryStorage, readOnly = false) {
  const { output } = new MemoryOutput();
  const context = { log: output.log, stop: new AbortController().signal } as Context;
  const options = { url: "https://rest.iad-01.braze.com", readOnly, run: "1", lost: () => undefined };
  return openIndexes({ streams }, storage, options, context);
}

const locks = ({ objects }: MemoryStorage): string[] =>
  [...objects.keys()].filter((key) => key.includes("/lock/")).map((key) => key.split("/")[1] as string);

describe("openIndexes", () => {
  it("opens one for each stream, in a folder of its own", async () => {
    const storage = new MemoryStorage();
    const indexes = await open(storage);
    expect([...indexes.keys()]).toEqual(["crm", "events", "a/b"]);
    expect(new Set(locks(storage)).size).toBe(3);
    await closeIndexes(indexes);
    expect(locks(storage)).toEqual([]);
  });

  it("gives all locks back when one of them is held by another sync", async () => {
    const storage = new MemoryStorage();
    const other = await open(storage);
    await other.get("crm")?.close();
    await other.get("events")?.close();
    await expect(open(storage)).rejects.toThrow("Another sync is at work on the stream a/b");
    expect(locks(storage)).toHaveLength(1);
  });

  it("takes no lock in order only to ask", async () => {
    const storage = new MemoryStorage();
    await open(storage);
    const { size } = storage.objects;
    await closeIndexes(await open(storage, true));
    expect(storage.objects.size).toBe(size);
  });

  it("closes although a lock can't be given back", async () => {
    const storage = new MemoryStorage();
    const indexes = await open(storage);
    storage.before = () => Promise.reject(new Error("gone"));
    await closeIndexes(indexes);
  });
});
