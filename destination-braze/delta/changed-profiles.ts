import { crc32 } from "node:zlib";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { profileWords } from "./profiles-behind";

/**
 * Profiles that were changed in Braze since the index was stored: while they are noted here, what the
 * stored index says of them is behind the truth. The notes are small files, for object storage can't
 * append; in words of 32 bits, little endian:
 *
 *   "BZCP" · version · profiles
 *   profiles: part · identity hash (2 words)
 *   CRC-32 of all before
 */
const magic = 0x50435a42;
const version = 1;
const wordBytes = 4;
const headerWords = 3;
/** Files read at the same time. */
const concurrency = 8;

export class ChangedProfiles {
  /** Keys of all notes that are there. */
  private keys: string[] = [];
  private count = 0;

  /**
   * @param folder `_braze/{stream}/index/changed/`
   * @param run names this run
   */
  constructor(
    private readonly storage: ObjectStorage,
    readonly folder: string,
    private readonly run: string,
  ) {}

  /**
   * What interrupted syncs left.
   * @returns profiles in threes of words; undefined when one of the notes can't be read
   */
  async left(keys: readonly string[]): Promise<Uint32Array[] | undefined> {
    this.keys = [...keys];
    const notes: (Uint32Array | undefined)[] = [];
    for (let from = 0; from < keys.length; from += concurrency) {
      const some = keys.slice(from, from + concurrency);
      notes.push(...(await Promise.all(some.map(async (key) => decode(await readAll(this.storage, key))))));
    }
    const readable = notes.filter((note) => note !== undefined);
    return readable.length === notes.length ? readable : undefined;
  }

  /** @param profiles in threes of words */
  async add(profiles: ArrayLike<number>): Promise<void> {
    this.count += 1;
    const key = `${this.folder}${this.run}-${String(this.count).padStart(8, "0")}.bin`;
    await this.storage.write(key, encode(profiles));
    this.keys.push(key);
  }

  /** The notes that are there now. */
  get noted(): readonly string[] {
    return this.keys;
  }

  /** The index that is stored knows what some notes say. */
  async remove(keys: readonly string[]): Promise<void> {
    const gone = new Set(keys);
    this.keys = this.keys.filter((key) => !gone.has(key));
    await this.storage.remove(keys);
  }
}

function encode(profiles: ArrayLike<number>): Buffer {
  const words = new Uint32Array(headerWords + profiles.length + 1);
  words.set([magic, version, profiles.length / profileWords]);
  words.set(profiles, headerWords);
  const bytes = Buffer.from(words.buffer);
  words[words.length - 1] = crc32(bytes.subarray(0, bytes.length - wordBytes));
  return bytes;
}

function decode(bytes: Buffer): Uint32Array | undefined {
  const end = bytes.length - wordBytes;
  if (end < headerWords * wordBytes || bytes.length % wordBytes !== 0) return undefined;
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))) return undefined;
  if (bytes.readUInt32LE(0) !== magic || bytes.readUInt32LE(wordBytes) !== version) return undefined;
  const words = new Uint32Array(new Uint8Array(bytes).buffer);
  return words.subarray(headerWords, words.length - 1);
}
