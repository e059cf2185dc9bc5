import { isObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { DamagedIndexError, encodePart, loadPart } from "./index-part";
import { outdatedIndexes } from "./outdated";
import { entryWords, UserTable } from "./user-table";

/** What an index says of itself, in `index.json`. Written last: an index without it is none. */
interface Head {
  version: number;
  /** Fingerprint of the columns that the hashes are of. */
  columns: string;
  exported_at: string;
  users: number;
  /** Number of users in each part. */
  parts: number[];
  /** The index that this one replaces. */
  previous: string | null;
}

/** An index as it was read. */
export interface LoadedIndex {
  columns: string;
  exportedAt: string;
  previous: string | undefined;
  table: UserTable;
}

/** What goes into a new index. */
export interface NewIndex {
  name: string;
  columns: string;
  exportedAt: string;
  /** Name of the index that it replaces, and of the one before. */
  previous: string | undefined;
  secondPrevious: string | undefined;
  table: UserTable;
  /** Whether users that the export did not have stay in. */
  keepsUnseen: boolean;
}

const headVersion = 1;
const usersPerPart = 1 << 19;
const root = "_source-braze/segment_users/";

/** The name of the index that an export leaves behind: when it was requested, and its `object_prefix`. */
export const indexName = (exportedAt: string, objectPrefix: string): string =>
  `${exportedAt.slice(0, 10)}_${objectPrefix}`;

/** Part of keys in the bucket: a state must not lead us anywhere else. */
export const isIndexName = (name: unknown): name is string =>
  typeof name === "string" && /^\d{4}-\d{2}-\d{2}_[\w-]+$/.test(name);

/**
 * The indexes of a segment in the bucket: what an incremental sync compares an export with. Each export leaves
 * a new one, in a folder of its own, and the state names the one to compare with. So a sync whose state never
 * reached its host starts from the index that fits the host's state, and an index is replaced whole or not at
 * all.
 */
export class IndexStore {
  private readonly folder: string;

  constructor(
    private readonly storage: ObjectStorage,
    segmentId: string,
  ) {
    this.folder = `${root}${segmentId}/`;
  }

  /** Where an index is, for people. */
  placeOf(name: string): string {
    return `${this.storage.location}/${this.folder}${name}/`;
  }

  /** Finds out, before an export that takes an hour, whether an index can be written and removed. */
  async probe(): Promise<void> {
    const key = `${this.folder}probe`;
    await this.storage.write(key, Buffer.from("An index is going to be written here.\n"));
    await this.storage.remove([key]);
  }

  /** @throws DamagedIndexError for an index that is lost or can't be read */
  async load(name: string): Promise<LoadedIndex> {
    const head = parseHead(await this.readObject(this.headKey(name)));
    const table = new UserTable();
    for (const [number, users] of head.parts.entries()) {
      const loaded = loadPart(await this.readObject(this.partKey(name, number)), table);
      if (loaded !== users) throw new DamagedIndexError(`part ${number} is not the one that belongs to it`);
    }
    if (table.size !== head.users) throw new DamagedIndexError("parts of it are missing");
    const { columns, exported_at: exportedAt, previous } = head;
    return { columns, exportedAt, previous: previous ?? undefined, table };
  }

  /** Writes an index; it is there when this returns, and not before. */
  async save({ name, columns, exportedAt, previous, table, keepsUnseen }: NewIndex): Promise<void> {
    const parts: number[] = [];
    for (const entries of table.entries(keepsUnseen, usersPerPart)) {
      const bytes = encodePart(entries);
      await this.storage.write(this.partKey(name, parts.length), bytes);
      parts.push(entries.length / entryWords);
    }
    const users = parts.reduce((sum, count) => sum + count, 0);
    const head: Head = {
      version: headVersion,
      columns,
      exported_at: exportedAt,
      users,
      parts,
      previous: previous ?? null,
    };
    await this.storage.write(this.headKey(name), Buffer.from(`${JSON.stringify(head)}\n`));
  }

  /** Removes the indexes that no state needs any more. */
  async removeOutdated({ name, previous, secondPrevious }: NewIndex, nowMs: number): Promise<void> {
    const keys = (await this.storage.list(this.folder)).map(({ key }) => key);
    const nameOf = (key: string): string => key.slice(this.folder.length).split("/", 1)[0] ?? "";
    const names = [...new Set(keys.map(nameOf))].filter(isIndexName);
    const outdated = new Set(outdatedIndexes(names, { inUse: [name, previous], secondPrevious, nowMs }));
    // The head goes first: what is left after an interruption is no index.
    const removed = keys
      .filter((key) => outdated.has(nameOf(key)))
      .sort()
      .reverse();
    if (removed.length > 0) await this.storage.remove(removed);
  }

  private async readObject(key: string): Promise<Buffer> {
    try {
      return await readAll(this.storage, key);
    } catch (error) {
      if (error instanceof ObjectNotFoundError)
        throw new DamagedIndexError("it is not there", { cause: error });
      throw error;
    }
  }

  private headKey(name: string): string {
    return `${this.folder}${name}/index.json`;
  }

  private partKey(name: string, number: number): string {
    return `${this.folder}${name}/${number}.bin`;
  }
}

/** @throws DamagedIndexError */
function parseHead(bytes: Buffer): Head {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    // Reported below.
  }
  if (!isObject(value)) throw new DamagedIndexError("its index.json is no JSON object");
  const { version, columns, exported_at, users, parts, previous } = value;
  if (version !== headVersion) throw new DamagedIndexError(`its version ${String(version)} is unknown`);
  if (
    typeof columns !== "string" ||
    typeof exported_at !== "string" ||
    typeof users !== "number" ||
    !Array.isArray(parts)
  ) {
    throw new DamagedIndexError("its index.json is not complete");
  }
  return {
    version,
    columns,
    exported_at,
    users,
    parts: parts.map(Number),
    previous: isIndexName(previous) ? previous : null,
  };
}
