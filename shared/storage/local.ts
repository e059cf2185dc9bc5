import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { configError, errorCode, errorMessage, transientError } from "../airbyte/errors";
import { ObjectNotFoundError, type ObjectStorage, type StoredObject } from "./storage";

/** What is kept is small, or read whole. */
const pieceBytes = 1 << 18;
/**
 * Objects that are being written, at the root of the folder: where a killed process leaves one half-written,
 * nobody takes it for an object who looks into the folders below. A listing leaves them out.
 */
const isTemporary = (key: string): boolean => /^\.[^/]*\.writing$/.test(key);
/** A file that nobody has written to for so long was left by a process that was killed. */
const abandonedAfterMs = 15 * 60_000;

/** A folder as object storage. */
export class LocalStorage implements ObjectStorage {
  readonly location: string;
  private swept: Promise<void> | undefined;

  constructor(directory: string) {
    this.location = resolve(directory);
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const path = folder === "" ? this.location : this.path(folder);
    const objects = await this.guard(() => this.walk(path, folder));
    return objects
      .filter(({ key }) => key.startsWith(prefix) && !isTemporary(key))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async read(key: string): Promise<Readable> {
    const path = this.path(key);
    try {
      const file = await open(path, "r");
      return file.createReadStream({ highWaterMark: pieceBytes });
    } catch (error) {
      if (errorCode(error) === "ENOENT") throw new ObjectNotFoundError(key);
      throw this.explain(error);
    }
  }

  async write(key: string, bytes: Buffer): Promise<void> {
    const path = this.path(key);
    const temporary = this.path(`.${randomUUID()}.writing`);
    await this.guard(async () => {
      this.swept ??= this.sweep();
      await this.swept;
      try {
        await inFolder(this.location, () => writeSynced(temporary, bytes));
        await inFolder(dirname(path), () => rename(temporary, path));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => this.path(key));
    await this.guard(() => Promise.all(paths.map((path) => rm(path, { force: true }))));
  }

  close(): void {}

  /** Removes what killed processes were writing, as far as it can: what stays is in nobody's way. */
  private async sweep(): Promise<void> {
    const names = await readdir(this.location).catch(() => []);
    const paths = names.filter(isTemporary).map((name) => join(this.location, name));
    await Promise.allSettled(
      paths.map(async (path) => {
        const { mtimeMs } = await stat(path);
        if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path);
      }),
    );
  }

  private async walk(path: string, folder: string): Promise<StoredObject[]> {
    let entries: Dirent[];
    try {
      entries = await readdir(path, { withFileTypes: true });
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
    const found = await Promise.all(
      entries.map(async (entry) => {
        const key = `${folder}${entry.name}`;
        if (entry.isDirectory()) return this.walk(join(path, entry.name), `${key}/`);
        if (!entry.isFile()) return [];
        const information = await stat(join(path, entry.name)).catch(() => undefined);
        return information ? [{ key, sizeBytes: information.size }] : [];
      }),
    );
    return found.flat();
  }

  private path(key: string): string {
    const path = resolve(this.location, key);
    const inside = relative(this.location, path);
    if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw new Error(`The key ${key} names no place inside ${this.location}`);
    }
    return path;
  }

  private async guard<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw this.explain(error);
    }
  }

  private explain(error: unknown): Error {
    const code = errorCode(error);
    const details = { internal: errorMessage(error), cause: error };
    if (code === "ENOSPC" || code === "EDQUOT") {
      return transientError(`There is no space left for ${this.location}.`, {
        ...details,
        help: "disk-full",
      });
    }
    return configError(
      `The folder ${this.location} can't be used (${code ?? errorMessage(error)}): check "object_storage_config.directory" and its permissions.`,
      { ...details, help: "folder" },
    );
  }
}

/** Does what needs a folder, which is made if it turns out to be missing. */
async function inFolder(folder: string, action: () => Promise<void>): Promise<void> {
  await action().catch(async (error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
    await makeFolder(folder);
    await action();
  });
}

/** Makes a folder and those above it. (Node's own `recursive` never ends where none can be made, as in /proc.) */
async function makeFolder(path: string): Promise<void> {
  const missing = await madeOrMissing(path);
  if (!missing) return;
  const above = dirname(path);
  if (above === path) throw missing;
  await makeFolder(above);
  const stillMissing = await madeOrMissing(path);
  if (stillMissing) throw stillMissing;
}

/** Makes a folder if there is none. @returns the error when that above it is missing, too */
async function madeOrMissing(path: string): Promise<unknown> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return error;
    if (code !== "EEXIST") throw error;
  }
  return undefined;
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
