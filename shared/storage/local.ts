import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { configError, errorCode, errorMessage, transientError } from "../airbyte/errors";
import { ObjectNotFoundError, type ObjectStorage, type StoredObject } from "./storage";

/** What is kept is small, or read whole. */
const pieceBytes = 1 << 18;
/** Files being written; a listing leaves them out. */
const temporarySuffix = ".writing";
/** A file that nobody has written to for so long was left by a process that was killed. */
const abandonedAfterMs = 15 * 60_000;

/** A folder as object storage. */
export class LocalStorage implements ObjectStorage {
  readonly location: string;

  constructor(directory: string) {
    this.location = resolve(directory);
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const path = folder === "" ? this.location : this.path(folder);
    const objects = await this.guard(() => this.walk(path, folder));
    return objects
      .filter(({ key }) => key.startsWith(prefix))
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
    const temporary = `${path}.${randomUUID()}${temporarySuffix}`;
    await this.guard(async () => {
      try {
        await writeSynced(temporary, bytes).catch(async (error: unknown) => {
          if (errorCode(error) !== "ENOENT") throw error;
          await makeFolder(dirname(path));
          await writeSynced(temporary, bytes);
        });
        await rename(temporary, path);
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
        const file = join(path, entry.name);
        const information = await stat(file).catch(() => undefined);
        if (!information) return [];
        if (!entry.name.endsWith(temporarySuffix)) return [{ key, sizeBytes: information.size }];
        if (Date.now() - information.mtimeMs > abandonedAfterMs) await rm(file, { force: true });
        return [];
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
