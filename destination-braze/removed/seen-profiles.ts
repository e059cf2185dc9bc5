import type { PartitionOf } from "../delta/partition";
import { decodeSeen, encodeSeen, nobody, type Seen } from "./lines";
import type { SealedFiles } from "./sealed-files";

/**
 * Parts of a member list: a divisor of the index's number of parts (delta/partition.ts), for the same reason,
 * and few, because each file written is a request. Of a million members 42,000 are in memory at a time.
 */
export const memberParts = 24;

export const partName = (part: number): string => String(part).padStart(2, "0");

/** Identities held in memory before they are stored: about 100 bytes each, 10 MB. */
const maxHeld = 100_000;

/**
 * Who came along in a refresh, over all its attempts: `seen/{marker}/{part}-{attempt}-{number}.bin`. What
 * other markers have is left over from refreshes that never came whole.
 */
export class SeenProfiles {
  private held = Array.from({ length: memberParts }, nobody);
  private count = 0;
  private files = 0;

  /**
   * @param keys files of this and of earlier refreshes
   * @param attempt tells the files of this process apart
   */
  constructor(
    private readonly storage: SealedFiles,
    private readonly folder: string,
    private readonly marker: string,
    private readonly keys: string[],
    private readonly attempt: string,
    private readonly partitionOf: PartitionOf,
  ) {}

  add(identity: string): void {
    this.put(this.held[this.partOf(identity)]?.seen, identity);
  }

  mention(identity: string): void {
    this.put(this.held[this.partOf(identity)]?.mentioned, identity);
  }

  get isFull(): boolean {
    return this.count >= maxHeld;
  }

  /** Stores what is held in memory. */
  async store(): Promise<void> {
    if (this.count === 0) return;
    const held = this.held;
    this.held = Array.from({ length: memberParts }, nobody);
    this.count = 0;
    this.files += 1;
    await Promise.all(
      held.map(async (part, number) => {
        if (part.seen.size + part.mentioned.size === 0) return;
        const key = `${this.folder}${this.marker}/${partName(number)}-${this.attempt}-${this.files}.bin`;
        await this.storage.write(key, encodeSeen(part));
        this.keys.push(key);
      }),
    );
  }

  /** Who came along in this refresh; `whole` says whether that is everybody. */
  async inThisRefresh(part: number): Promise<Seen & { whole: boolean }> {
    const { seen, mentioned } = this.held[part] ?? nobody();
    const all = { seen: new Set(seen), mentioned: new Set(mentioned), whole: true };
    for (const key of this.keysOf(part, true)) {
      const text = await this.storage.readIfPossible(key, "who came along in this refresh");
      if (text === undefined) all.whole = false;
      else decodeSeen(text, all);
    }
    return all;
  }

  /** Who came along in refreshes that never came whole, as far as that can be known. */
  async earlier(part: number): Promise<Set<string>> {
    const all = nobody();
    for (const key of this.keysOf(part, false)) {
      const text = await this.storage.readIfPossible(
        key,
        "who came along in an earlier, interrupted refresh",
      );
      if (text !== undefined) decodeSeen(text, all);
    }
    return all.seen;
  }

  /** Removes all files: the member list says it all now. */
  async clear(): Promise<void> {
    await this.storage.remove(this.keys.splice(0));
    this.held = Array.from({ length: memberParts }, nobody);
    this.count = 0;
  }

  private put(set: Set<string> | undefined, identity: string): void {
    if (!set || set.has(identity)) return;
    set.add(identity);
    this.count += 1;
  }

  private partOf(identity: string): number {
    return this.partitionOf(identity) % memberParts;
  }

  private keysOf(part: number, ofThisRefresh: boolean): string[] {
    const own = `${this.folder}${this.marker}/`;
    return this.keys.filter(
      (key) =>
        key.startsWith(own) === ofThisRefresh &&
        (key.split("/").at(-1) ?? "").startsWith(`${partName(part)}-`),
    );
  }
}
