import * as promises from "node:fs/promises";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thrownBy } from "../testing/thrown";
import { LocalStorage } from "./local";
import { ObjectNotFoundError, readAll } from "./storage";

jest.mock("node:fs/promises", () => ({ __esModule: true, ...jest.requireActual("node:fs/promises") }));

let folder: string;
let storage: LocalStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-test-"));
  storage = new LocalStorage(join(folder, "root"));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const keys = async (prefix: string) => (await storage.list(prefix)).map(({ key }) => key);

describe("LocalStorage", () => {
  test("gives back what was written, in folders that it makes itself", async () => {
    await storage.write("a/b/c.bin", Buffer.from([0, 255, 10]));
    expect(await readAll(storage, "a/b/c.bin")).toEqual(Buffer.from([0, 255, 10]));
    expect(await readFile(join(folder, "root/a/b/c.bin"))).toHaveLength(3);
    expect(storage.location).toBe(join(folder, "root"));
  });

  test("lists by prefix, whether or not it ends at a folder, with sizes and in the order of the keys", async () => {
    for (const key of ["b", "a/2", "a/10", "a/1/x", "ab", "a-"]) await storage.write(key, Buffer.from(key));
    expect(await keys("")).toEqual(["a-", "a/1/x", "a/10", "a/2", "ab", "b"]);
    expect(await keys("a")).toEqual(["a-", "a/1/x", "a/10", "a/2", "ab"]);
    expect(await keys("a/")).toEqual(["a/1/x", "a/10", "a/2"]);
    expect(await keys("a/1")).toEqual(["a/1/x", "a/10"]);
    expect(await storage.list("a/1/x")).toEqual([{ key: "a/1/x", sizeBytes: 5 }]);
  });

  test("lists nothing where nothing is, also before the first write", async () => {
    expect(await keys("")).toEqual([]);
    expect(await keys("no/such/folder/")).toEqual([]);
  });

  test("removes objects; those that are not there count as removed", async () => {
    await storage.write("a", Buffer.from("1"));
    await storage.remove(["a", "b", "c/d"]);
    expect(await keys("")).toEqual([]);
  });

  test("an object that is not there is its own kind of error", async () => {
    await expect(storage.read("a/b")).rejects.toEqual(new ObjectNotFoundError("a/b"));
  });
});

describe("an object is replaced as a whole", () => {
  test("a reader that has begun reads the old content to its end", async () => {
    const old = Buffer.alloc(300_000, "o");
    await storage.write("a", old);
    const reader = await storage.read("a");
    await storage.write("a", Buffer.from("new"));
    const chunks: Buffer[] = [];
    for await (const chunk of reader) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(old)).toBe(true);
    expect(await readAll(storage, "a")).toEqual(Buffer.from("new"));
  });

  test("a write that fails leaves the old content, and nothing lying about", async () => {
    await storage.write("a", Buffer.from("old"));
    jest.spyOn(promises, "rename").mockRejectedValue(Object.assign(new Error("full"), { code: "ENOSPC" }));
    await thrownBy(() => storage.write("a", Buffer.from("new")));
    expect(await readAll(storage, "a")).toEqual(Buffer.from("old"));
    expect(await readdir(storage.location)).toEqual(["a"]);
  });

  test("a write under way shows in no listing, and in no folder below", async () => {
    const renamed = jest.spyOn(promises, "rename").mockImplementation(async () => {
      expect(await keys("")).toEqual(["a/old"]);
      expect(await readdir(join(storage.location, "a"))).toEqual(["old"]);
    });
    await mkdir(join(storage.location, "a"), { recursive: true });
    await writeFile(join(storage.location, "a/old"), "");
    await storage.write("a/new", Buffer.from("1"));
    expect(renamed).toHaveBeenCalledTimes(1);
  });

  test("what a killed process was writing goes after a while, with the first write of another", async () => {
    await mkdir(storage.location);
    for (const name of [".new.writing", ".old.writing"])
      await writeFile(join(storage.location, name), "half");
    const anHourAgo = Date.now() / 1000 - 3600;
    await utimes(join(storage.location, ".old.writing"), anHourAgo, anHourAgo);
    expect(await keys("")).toEqual([]);
    await storage.write("a", Buffer.from("1"));
    expect((await readdir(storage.location)).sort()).toEqual([".new.writing", "a"]);
  });

  test("what of it can't be removed is in nobody's way", async () => {
    await mkdir(join(storage.location, ".old.writing"), { recursive: true });
    await utimes(join(storage.location, ".old.writing"), 0, 0);
    await storage.write("a", Buffer.from("1"));
    expect(await keys("")).toEqual(["a"]);
  });
});

describe("keys stay inside the folder", () => {
  test.each(["../outside", "a/../../outside", "/etc/passwd", "..", "", "."])("%j is refused", async (key) => {
    await writeFile(join(folder, "outside"), "x");
    await expect(storage.read(key)).rejects.toThrow(/names no place inside/);
    await expect(storage.write(key, Buffer.from("y"))).rejects.toThrow(/names no place inside/);
    await expect(storage.remove([key])).rejects.toThrow(/names no place inside/);
    expect(await readFile(join(folder, "outside"), "utf8")).toBe("x");
  });

  test("a listing neither leaves the folder nor follows links out of it", async () => {
    await expect(storage.list("../")).rejects.toThrow(/names no place inside/);
    await storage.write("a", Buffer.from("1"));
    await symlink(folder, join(storage.location, "link"));
    expect(await keys("")).toEqual(["a"]);
  });

  test("a name with two dots in it is only a name", async () => {
    await storage.write("..a/b..c", Buffer.from("1"));
    expect(await keys("..a/")).toEqual(["..a/b..c"]);
  });

  test("the root of the file system is a folder like any other", async () => {
    const root = new LocalStorage("/");
    await storage.write("a", Buffer.from("1"));
    expect((await readAll(root, join(storage.location, "a").slice(1))).toString()).toBe("1");
  });
});

describe("failures are sentences", () => {
  test.each(["ENOSPC", "EDQUOT"])("no space (%s)", async (code) => {
    jest.spyOn(promises, "open").mockRejectedValue(Object.assign(new Error("full"), { code }));
    const error = await thrownBy(() => storage.write("a", Buffer.from("1")));
    expect(error).toMatchObject({
      failureType: "transient_error",
      message: `There is no space left for ${storage.location}.`,
      internal: "full",
    });
  });

  test("no permission (EACCES)", async () => {
    const denied = Object.assign(new Error("denied"), { code: "EACCES" });
    jest.spyOn(promises, "mkdir").mockRejectedValue(denied);
    jest.spyOn(promises, "open").mockRejectedValue(denied);
    jest.spyOn(promises, "readdir").mockRejectedValue(denied);
    jest.spyOn(promises, "rm").mockRejectedValue(denied);
    const uses = [
      () => storage.write("a", Buffer.from("1")),
      () => storage.read("a"),
      () => storage.list(""),
      () => storage.remove(["a"]),
    ];
    for (const use of uses) {
      expect(await thrownBy(use)).toMatchObject({
        failureType: "config_error",
        message: `The folder ${storage.location} can't be used (EACCES): check "object_storage_config.directory" and its permissions.`,
      });
    }
  });

  test("a place where no folder can be made", async () => {
    const nowhere = new LocalStorage("/proc/no/such/folder");
    expect(await thrownBy(() => nowhere.write("a/b", Buffer.from("1")))).toMatchObject({
      failureType: "config_error",
    });
  });

  test("a file where the folder should be", async () => {
    await writeFile(storage.location, "");
    const error = await thrownBy(() => storage.write("a", Buffer.from("1")));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain(`The folder ${storage.location} can't be used`);
  });
});
