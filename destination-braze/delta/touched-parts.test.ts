import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { allParts } from "./partition";
import { TouchedParts } from "./touched-parts";

const key = "touched.json";

describe("TouchedParts", () => {
  it("is durable before what is added may change", async () => {
    const storage = new MemoryStorage();
    const touched = new TouchedParts(storage, key);
    await touched.add([3, 5]);
    expect(await new TouchedParts(storage, key).left()).toEqual([3, 5]);
  });

  it("writes nothing for parts that are there already", async () => {
    const storage = new MemoryStorage();
    const touched = new TouchedParts(storage, key);
    await touched.add([3]);
    expect(touched.add([3])).toBeUndefined();
    expect(storage.done).toEqual([`write ${key}`]);
  });

  it("makes one write of what is added during another, and nobody goes on before theirs", async () => {
    const storage = new MemoryStorage();
    const touched = new TouchedParts(storage, key);
    const added = [touched.add([1]), touched.add([2]), touched.add([3]), touched.add([1])];
    const seen = await Promise.all(added.map((each) => Promise.resolve(each).then(() => touched.left())));
    for (const [index, part] of [1, 2, 3, 1].entries()) expect(seen[index]).toContain(part);
    expect(storage.done.filter((each) => each.startsWith("write")).length).toBeLessThanOrEqual(2);
  });

  it("fails everybody once it can't be written", async () => {
    const storage = new MemoryStorage();
    const touched = new TouchedParts(storage, key);
    storage.before = () => Promise.reject(new Error("full"));
    await expect(touched.add([1])).rejects.toThrow("full");
    await expect(touched.add([1])).rejects.toThrow("full");
  });

  it("is gone after it was cleared, and can begin again", async () => {
    const storage = new MemoryStorage();
    const touched = new TouchedParts(storage, key);
    await touched.add([1]);
    await touched.clear();
    expect(storage.objects.size).toBe(0);
    await touched.add([1]);
    expect(await touched.left()).toEqual([1]);
  });

  it.each(["", "{", "[]", '{"parts":7}'])("takes %j for all parts", async (content) => {
    const storage = new MemoryStorage();
    await storage.write(key, Buffer.from(content));
    expect(await new TouchedParts(storage, key).left()).toEqual(allParts);
  });

  it("takes its absence for none", async () => {
    expect(await new TouchedParts(new MemoryStorage(), key).left()).toEqual([]);
  });
});
