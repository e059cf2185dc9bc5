import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { ObjectNotFoundError } from "@braze-connectors/shared/storage/storage";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { type FakeObject, FakeStorage } from "../testing/fake-storage";
import { Downloads } from "./downloads";
import { TemporaryFiles } from "./temporary-files";

const object = (key: string, change: Partial<FakeObject> = {}): FakeObject => ({
  key,
  content: Buffer.from(`content of ${key}`),
  ...change,
});

describe("Downloads", () => {
  let parent: string;
  let storage: FakeStorage;
  let downloads: Downloads;
  const stopping = new AbortController();
  const output = new MemoryOutput();

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "downloads-test-"));
    storage = new FakeStorage(() => 0, [object("a"), object("b"), object("c")]);
    downloads = new Downloads(storage, new TemporaryFiles(parent), stopping.signal, output.output.log);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(parent, { recursive: true });
  });

  const listed = (key: string) => ({ key, sizeBytes: object(key).content.length });
  /** Files that lie in the temporary folder. */
  async function filesLeft(): Promise<string[]> {
    const [folder] = await readdir(parent);
    return folder === undefined ? [] : readdir(join(parent, folder));
  }

  test("a file is downloaded while the one before it is read", async () => {
    const [a, b] = [listed("a"), listed("b")];
    const first = await downloads.take(a, b);
    expect(await readFile(first.file.path, "utf8")).toBe("content of a");
    expect(first.name).toBe("s3://bucket/root/a");
    expect(storage.reads).toEqual(["a", "b"]);
    const second = await downloads.take(b, undefined);
    expect(await readFile(second.file.path, "utf8")).toBe("content of b");
    expect(storage.reads).toEqual(["a", "b"]);
  });

  test("one that fails fails when its turn comes", async () => {
    const [a, gone] = [listed("a"), { key: "gone", sizeBytes: 1 }];
    const first = await downloads.take(a, gone);
    await first.file.remove();
    await expect(downloads.take(gone, undefined)).rejects.toBeInstanceOf(ObjectNotFoundError);
  });

  test("one that breaks off is tried again, three times in all", async () => {
    storage.objects.push(object("weak", { brokenReads: 2 }), object("broken", { brokenReads: 3 }));
    const weak = await downloads.take({ key: "weak", sizeBytes: 15 }, undefined);
    expect(await readFile(weak.file.path, "utf8")).toBe("content of weak");
    await expect(downloads.take({ key: "broken", sizeBytes: 17 }, undefined)).rejects.toMatchObject({
      failureType: "transient_error",
      message: expect.stringContaining("s3://bucket/root/broken could not be downloaded in 3 attempts"),
    });
    expect(await filesLeft()).toHaveLength(1);
  });

  test("what was not taken is removed in the end", async () => {
    const save = jest.spyOn(TemporaryFiles.prototype, "save");
    const first = await downloads.take(listed("a"), listed("b"));
    while (save.mock.results.length < 2) await setImmediate();
    const second = await save.mock.results[1]?.value;
    expect(existsSync(second.path)).toBe(true);
    await downloads.close();
    expect(existsSync(second.path)).toBe(false);
    expect(existsSync(first.file.path)).toBe(true);
  });

  test("a storage that does not answer holds up neither the end nor a stop", async () => {
    const silent = new Promise<Readable>(() => undefined);
    const first = await downloads.take(listed("a"), undefined);
    await first.file.remove();
    storage.read = () => silent;
    const waiting = downloads.take(listed("b"), undefined);
    await downloads.close();
    await expect(waiting).rejects.toBeInstanceOf(StoppedError);
    expect(await filesLeft()).toEqual([]);
  });
});
