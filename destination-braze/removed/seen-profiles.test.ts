import { Readable } from "node:stream";
import { ObjectNotFoundError, type ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { Seal } from "./sealed";
import { SealedFiles } from "./sealed-files";
import { memberParts, SeenProfiles } from "./seen-profiles";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A storage in memory that fails on demand. */
function world() {
  const objects = new Map<string, Buffer>();
  const faults = { writing: false };
  const storage: ObjectStorage = {
    location: "memory",
    list: async (prefix) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { length }]) => ({ key, sizeBytes: length })),
    read: async (key) => {
      const bytes = objects.get(key);
      if (!bytes) throw new ObjectNotFoundError(key);
      return Readable.from([bytes]);
    },
    write: async (key, bytes) => {
      if (faults.writing) throw new Error("no space");
      objects.set(key, bytes);
    },
    remove: async (keys) => {
      for (const key of keys) objects.delete(key);
    },
    close: () => undefined,
  };
  const files = new SealedFiles(storage, new Seal("key", "https://rest.example.com"), log, false);
  const attempt = async (marker: string, id: string): Promise<SeenProfiles> =>
    new SeenProfiles(files, "seen/", marker, await files.list("seen/"), id, (identity) => identity.length);
  return { objects, faults, attempt };
}

describe("who came along", () => {
  it("is known over all attempts of a refresh, and apart from others", async () => {
    const { attempt, objects } = world();
    const first = await attempt("m", "1");
    first.add("a");
    first.mention("m");
    await first.store();
    first.add("b");
    await first.store();
    const second = await attempt("m", "2");
    second.add("c");
    expect(await second.inThisRefresh(1)).toEqual({
      seen: new Set(["a", "b", "c"]),
      mentioned: new Set(["m"]),
      whole: true,
    });
    const other = await attempt("n", "3");
    expect((await other.inThisRefresh(1)).seen.size).toBe(0);
    expect([...(await other.earlier(1))].sort()).toEqual(["a", "b"]);
    await other.clear();
    expect(objects.size).toBe(0);
  });

  it("is not known in full when a file can't be opened", async () => {
    const { attempt, objects } = world();
    const first = await attempt("m", "1");
    first.add("a");
    await first.store();
    for (const key of objects.keys()) objects.set(key, Buffer.from("garbage"));
    expect((await (await attempt("m", "2")).inThisRefresh(1)).whole).toBe(false);
  });

  it("counts as lost once it could not be stored, also when the storage is back", async () => {
    const { attempt, faults } = world();
    const seen = await attempt("m", "1");
    seen.add("a");
    faults.writing = true;
    await expect(seen.store()).rejects.toThrow("no space");
    faults.writing = false;
    await expect(seen.store()).rejects.toThrow("no space");
  });

  it("leaves the memory before it fills it", async () => {
    const { attempt, objects } = world();
    const seen = await attempt("m", "1");
    for (let index = 0; !seen.isFull; index++) seen.add(`external_id:${index + 1e9}`);
    await seen.store();
    expect(seen.isFull).toBe(false);
    expect(objects.size).toBeLessThanOrEqual(memberParts);
    expect((await seen.inThisRefresh(22)).seen.size).toBeGreaterThan(150_000);
  });
});
