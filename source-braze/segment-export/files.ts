import { createHash } from "node:crypto";
import type { StoredObject } from "@braze-connectors/shared/storage/storage";

/**
 * What a state remembers of a file: short, for an export of 20 million users has 4,000 files. 72 bits of
 * a hash over day, name and size, so that a file that changed counts as another one.
 */
export function fileId({ key, sizeBytes }: StoredObject): string {
  const [day, name] = [key.split("/").at(-3), key.split("/").at(-1)];
  return createHash("sha256")
    .update(`${day}/${name}/${sizeBytes}`)
    .digest()
    .subarray(0, 9)
    .toString("base64url");
}

/** What a look at the files of an export found. */
export interface Findings {
  /** Files not seen before. */
  added: StoredObject[];
  /** Ids of files that an earlier run read and that are not there any more. */
  lostFromBefore: string[];
  /** Files that were there and have not been read yet. */
  lost: StoredObject[];
}

/** Keeps the books on an export's files: which have been seen, which have been read. */
export class ExportFiles {
  private readonly seen = new Map<string, StoredObject>();
  private readonly read: Set<string>;
  private readonly readBefore: readonly string[];
  private readonly toReadAgain: Set<string>;

  /**
   * @param read ids of the files that an earlier run read
   * @param again whether they must be read again, without emitting anything
   * @param owns says by its name whether a file is to be read here; others only tell when the export is complete
   */
  constructor(
    read: readonly string[] = [],
    again = false,
    private readonly owns: (name: string) => boolean = () => true,
  ) {
    this.read = new Set(read);
    this.readBefore = read;
    this.toReadAgain = new Set(again ? read : []);
  }

  /** Number of files seen so far. */
  get count(): number {
    return this.seen.size;
  }

  /** Number of those that are read here. */
  get ownCount(): number {
    return this.seenFiles(() => true).length;
  }

  /** Takes note of a listing. */
  look(listing: readonly StoredObject[]): Findings {
    const present = new Map(listing.map((file) => [fileId(file), file]));
    const lost = this.unread().filter((file) => !present.has(fileId(file)));
    const lostFromBefore = this.seen.size === 0 ? this.readBefore.filter((id) => !present.has(id)) : [];
    const added: StoredObject[] = [];
    for (const [id, file] of present) {
      if (this.seen.has(id)) continue;
      this.seen.set(id, file);
      added.push(file);
    }
    return { added, lostFromBefore, lost };
  }

  /** Files that are there to be read, in the order of their keys. */
  unread(): StoredObject[] {
    return this.seenFiles((id) => !this.read.has(id));
  }

  /** Files that an earlier run read and that are to be read again. */
  unreadAgain(): StoredObject[] {
    return this.seenFiles((id) => this.toReadAgain.has(id));
  }

  markRead(file: StoredObject): void {
    this.read.add(fileId(file));
    this.toReadAgain.delete(fileId(file));
  }

  /** Ids of all files read so far, by this run and earlier ones. */
  get readIds(): string[] {
    return [...this.read];
  }

  private seenFiles(matches: (id: string) => boolean): StoredObject[] {
    return [...this.seen]
      .filter(([id, { key }]) => matches(id) && this.owns(key.slice(key.lastIndexOf("/") + 1)))
      .map(([, file]) => file)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
