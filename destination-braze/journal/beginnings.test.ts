import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { Beginnings, beginningsKey } from "./beginnings";

const folder = "_braze/events/journal/";
const first = (lo: number) => ({ lo, hi: 7 });
const read = (storage: MemoryStorage): Promise<Beginnings> => Beginnings.read(storage, folder);

describe("Beginnings", () => {
  it("are known to later runs, the last sixteen different ones", async () => {
    const storage = new MemoryStorage();
    const beginnings = Beginnings.none(storage, folder);
    expect(beginnings.isEmpty).toBe(true);
    for (let number = 0; number < 20; number++) await beginnings.add(first(number));
    const later = await read(storage);
    expect(later.isEmpty).toBe(false);
    expect([3, 4, 19, 20].map((number) => later.has(first(number)))).toEqual([false, true, true, false]);
    // One that comes once more is as new as others.
    await later.add(first(4));
    await later.add(first(30));
    expect([4, 5].map((number) => later.has(first(number)))).toEqual([true, false]);
  });

  it("are written only when they change", async () => {
    const storage = new MemoryStorage();
    const beginnings = Beginnings.none(storage, folder);
    await beginnings.add(first(1));
    storage.takeDone();
    await beginnings.add(first(1));
    expect(storage.takeDone()).toEqual([]);
  });

  it("are none when their file is damaged: then less is taken for sent again", async () => {
    const storage = new MemoryStorage();
    await Beginnings.none(storage, folder).add(first(1));
    storage.objects.set(beginningsKey(folder), Buffer.from("BZJN"));
    expect((await read(storage)).isEmpty).toBe(true);
  });
});
