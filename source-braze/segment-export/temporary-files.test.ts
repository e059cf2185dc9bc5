import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { diskLimits } from "./disk-space";
import { IncompleteBodyError, TemporaryFiles } from "./temporary-files";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "temporary-files-"));
});
afterEach(() => rm(parent, { recursive: true }));

const { signal } = new AbortController();
const body = (): Readable => Readable.from([Buffer.from("some "), Buffer.from("text")]);

test("what is saved can be read, and goes", async () => {
  const files = new TemporaryFiles(parent);
  const [one, two] = [await files.save(body(), 9, signal), await files.save(body(), undefined, signal)];
  expect(String(await readFile(one.path))).toBe("some text");
  await one.remove();
  await expect(readFile(one.path)).rejects.toThrow("ENOENT");
  expect(two.sizeBytes).toBe(9);
  await files.remove();
  expect(await readdir(parent)).toEqual([]);
});

test("a body that is too short is not kept", async () => {
  const files = new TemporaryFiles(parent);
  await expect(files.save(body(), 10, signal)).rejects.toThrow(new IncompleteBodyError("9 of 10 bytes came"));
  expect(await readdir(join(parent, (await readdir(parent))[0] ?? ""))).toEqual([]);
});

test("a stop ends a download", async () => {
  const stopping = new AbortController();
  const endless = new Readable({ read: () => undefined });
  const saving = new TemporaryFiles(parent).save(endless, undefined, stopping.signal);
  setImmediate(() => stopping.abort());
  await expect(saving).rejects.toThrow(StoppedError);
  expect(endless.destroyed).toBe(true);
});

test("a full disk is explained", async () => {
  const full = new Readable({
    read() {
      this.destroy(Object.assign(new Error("no space"), { code: "ENOSPC" }));
    },
  });
  const error = await thrownBy(() => new TemporaryFiles(parent).save(full, undefined, signal));
  expect(error.failureType).toBe("transient_error");
  expect(error.message).toContain(parent);
});

test("a folder that does not exist is explained, and the download is ended", async () => {
  const unused = body();
  const error = await thrownBy(() => new TemporaryFiles(join(parent, "nowhere")).save(unused, 9, signal));
  expect(error.message).toMatch(/nowhere can't be used \(ENOENT\): set TMPDIR/);
  expect(unused.destroyed).toBe(true);
});

test("a download that breaks off before the file is open is no surprise", async () => {
  const broken = body();
  const saving = new TemporaryFiles(parent).save(broken, 9, signal);
  broken.destroy(new Error("broken off"));
  await expect(saving).rejects.toThrow("broken off");
});

describe("room on the disk", () => {
  const limits = { fileBytes: 1000, freeBytes: async () => 500 };
  const left = async (): Promise<string[]> => readdir(join(parent, (await readdir(parent))[0] ?? ""));

  test("a file that does not fit is not even begun", async () => {
    const unread = body();
    const error = await thrownBy(() => new TemporaryFiles(parent, limits).save(unread, 501, signal));
    expect(error.failureType).toBe("transient_error");
    expect(error.message).toMatch(/no space left in the temporary folder .* \(.* are needed, .* are free\)/);
    expect(unread.destroyed).toBe(true);
    expect(await left()).toEqual([]);
  });

  test("a file that is larger than any export is refused", async () => {
    const error = await thrownBy(() => new TemporaryFiles(parent, limits).save(body(), 1001, signal));
    expect(error.failureType).toBe("system_error");
  });

  test("a body that never ends, and never says how long it is, does not fill the disk", async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(100));
      },
    });
    const error = await thrownBy(() => new TemporaryFiles(parent, limits).save(endless, undefined, signal));
    expect(error.message).toContain("larger than 1000 bytes");
    expect(endless.destroyed).toBe(true);
    expect(await left()).toEqual([]);
  });

  test("the real disk has some", async () => {
    expect(await diskLimits.freeBytes(parent)).toBeGreaterThan(0);
  });
});
