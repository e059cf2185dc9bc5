import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { Memory } from "../objects/endpoint";
import { hashAttribute } from "./attribute-hash";
import { AttributeNames, updatesOnly } from "./attribute-names";
import type { Change, Place } from "./change";
import { type Delta, deltaOf, type SendMode } from "./delta";
import type { Part } from "./index-parts";
import { KeptWords } from "./kept-words";
import type { PartitionOf } from "./partition";
import { type OwnParts, StoredIndex } from "./stored-index";
import type { ProfileList } from "./word-list";

/** Stands for a value that Braze has and we don't know; no value has this as its text. */
const seenInBraze = "a value seen in Braze";
const none: readonly number[] = [];

/** An object of which only the hashes are known. */
export interface HashedObject {
  /** Part, and halves of the hash, of its identity. */
  readonly partition: number;
  readonly idLo: number;
  readonly idHi: number;
  /** Of its attributes, in pairs. */
  readonly hashes: Uint32Array;
}

/** What is to be remembered when part of an object was accepted, and which of its attributes that part has. */
export interface PartlyNew {
  change: Change;
  differing: readonly number[];
}

/**
 * What Braze has from us: for each identity a hash of each attribute's value, no values and no
 * identifiers. It lives in parts under `_braze/{stream}/index/`; a part is read when its first identity
 * comes along and written again only if it changed.
 */
export class DeltaIndex {
  private readonly names = new AttributeNames();
  private readonly stored: StoredIndex;
  /** Those of `stored`, by number: the look-ups of each record find them without a detour. */
  private readonly parts: readonly (Part | undefined)[];
  private readonly kept = new KeptWords();
  /** The place asked for last: several questions about one identity follow each other. */
  private last: { identity: string; place: Place } | undefined;

  /**
   * @param folder `_braze/{stream}/index/`
   * @param readOnly whether nothing may be stored: the index is only asked
   * @param run names this run
   * @param own what of the index is this process's, if that is not all of it
   */
  constructor(
    storage: ObjectStorage,
    folder: string,
    private readonly partitionOf: PartitionOf,
    log: Logger,
    readOnly = false,
    run = "",
    own?: OwnParts,
  ) {
    this.stored = new StoredIndex(storage, folder, this.names, log, readOnly, run, own);
    this.parts = this.stored.parts.inMemory;
  }

  /**
   * Must be called first: parts that an interrupted sync left behind the truth are given up.
   * @param fresh give up all: the user wants everything to be sent again
   */
  open(fresh: boolean): Promise<void> {
    return this.stored.open(fresh);
  }

  /**
   * Notes, durably, profiles that an earlier run was changing when it ended: nobody knows whether it did.
   * Before any part is read.
   * @param areAll whether these are all; otherwise nobody can tell what of the index is true
   */
  async noteLeft(identities: Iterable<string>, areAll: boolean): Promise<void> {
    if (!areAll) return this.stored.giveUpAll();
    const profiles: number[] = [];
    for (const identity of identities) this.addProfile(identity, undefined, profiles);
    await this.stored.noteLeft(profiles);
  }

  /** Adds a profile to a list for `noteChanged`. @param place where it stands, if that was found out already */
  addProfile(identity: string, place: Place | undefined, profiles: ProfileList): void {
    const { partition, lo, hi } = place ?? this.placeOf(identity);
    profiles.push(partition, lo, hi);
  }

  /** Notes, durably, profiles that were changed in Braze, and are remembered: what is stored of them is behind. */
  noteChanged(profiles: ArrayLike<number>): Promise<void> {
    return this.stored.noteChanged(profiles);
  }

  /** Makes the part of an identity available. Await what is returned, if anything, before asking for its delta. */
  prepare(identity: string): Promise<unknown> | undefined {
    const { partition } = this.placeOf(identity);
    if (this.parts[partition]) return undefined;
    return this.stored.parts.prepare(partition);
  }

  /** What of an object is to be sent. The part of the identity must be available. */
  delta(identity: string, memory: Memory, body: JsonObject, mode: SendMode): Delta {
    const place = this.placeOf(identity);
    const { table } = this.partAt(place);
    const position = table.find(place.lo, place.hi);
    const delta = deltaOf(body, identity, memory, mode, table, position, this.names);
    if (delta.kind === "changed") delta.change.place = place;
    return delta;
  }

  /**
   * As `prepare` and `delta` in one, for an object of plain values whose hashes are known already.
   * @param object copied if it is needed longer
   * @param nameIds the numbers of its attributes
   * @returns what is to be remembered when the object was accepted, or part of it; "look closer" where nothing
   *   can be said yet
   */
  flatDelta(
    object: HashedObject,
    nameIds: readonly number[],
    mode: SendMode,
  ): "unchanged" | "look closer" | Change | PartlyNew {
    const { partition, idLo, idHi, hashes } = object;
    const table = this.parts[partition]?.table;
    if (!table) return "look closer";
    const position = table.find(idLo, idHi);
    if (position !== -1) {
      if (table.startsWith(position, updatesOnly)) return "look closer";
      if (mode !== "everything" && table.holds(position, nameIds, hashes)) return "unchanged";
    }
    const place = { partition, lo: idLo, hi: idHi };
    const firstHash = this.kept.keep(hashes, 2 * nameIds.length);
    const change = { place, nameIds, hashes: this.kept.words, firstHash, forgotten: none };
    if (position === -1 || mode !== "changed_attributes") return change;
    return { change, differing: table.differing(position, nameIds, hashes) };
  }

  /** The numbers of attributes; undefined when there are too many names. */
  numbersOf(names: readonly string[]): number[] | undefined {
    const ids = names.map((name) => this.names.idOf(name)).filter((id) => id !== undefined);
    return ids.length === names.length ? ids : undefined;
  }

  /** Notes, durably, that profiles are about to change. Await what is returned, if anything, before sending. */
  announce(
    profiles: Iterable<{ readonly identity: string; readonly change?: Change }>,
  ): Promise<void> | undefined {
    if (!this.stored.needsAnnouncement) return undefined;
    const partitions: number[] = [];
    for (const { identity, change } of profiles)
      partitions.push((change?.place ?? this.placeOf(identity)).partition);
    return this.stored.announce(partitions);
  }

  /**
   * Whether the profile surely has a value for an attribute: we have set one, or have seen one there.
   * @param creates whether it is for an object that creates whom Braze does not know: then what was sent to be
   *   updated only says nothing
   */
  knowsValue(identity: string, name: string, creates: boolean): boolean {
    const { table } = this.partOf(identity);
    const nameId = this.names.idOf(name);
    const { lo, hi } = this.placeOf(identity);
    const position = table.find(lo, hi);
    if (position === -1 || nameId === undefined || !table.hasName(position, nameId)) return false;
    if (creates && table.startsWith(position, updatesOnly)) return false;
    const cleared = hashAttribute(null);
    return !table.has(position, nameId, cleared.lo, cleared.hi);
  }

  /** The attributes that a profile surely has values for; undefined for one that nothing is known of. */
  attributesOf(identity: string): string[] | undefined {
    const { table } = this.partOf(identity);
    const { lo, hi } = this.placeOf(identity);
    const position = table.find(lo, hi);
    if (position === -1) return undefined;
    const { nameIds, hashes } = table.read(position);
    const cleared = hashAttribute(null);
    const names: string[] = [];
    for (const [index, id] of nameIds.entries()) {
      const isCleared = hashes[2 * index] === cleared.lo && hashes[2 * index + 1] === cleared.hi;
      if (!isCleared && id !== updatesOnly) names.push(this.names.nameOf(id));
    }
    return names;
  }

  /** Remembers that a profile has values for attributes, though not which. */
  noteValues(identity: string, names: readonly string[]): void {
    const nameIds: number[] = [];
    const hashes: number[] = [];
    const { lo, hi } = hash64(seenInBraze);
    for (const name of names) {
      const nameId = this.names.idOf(name);
      if (nameId === undefined) continue;
      nameIds.push(nameId);
      hashes.push(lo, hi);
    }
    this.remember(identity, { nameIds, hashes, firstHash: 0, forgotten: none });
  }

  /** Remembers nothing of a profile any more: nobody knows whether Braze has what was sent, or it has it no more. */
  forget(identity: string): void {
    const { partition, lo, hi } = this.placeOf(identity);
    const part = this.parts[partition];
    if (!part) {
      this.stored.forgetLater([partition, lo, hi]);
      return;
    }
    if (part.table.find(lo, hi) === -1) return;
    part.table.remove(lo, hi);
    part.dirty = true;
  }

  /** Remembers what Braze has accepted. */
  remember(identity: string, change: Change): void {
    const place = change.place ?? this.placeOf(identity);
    const part = this.partAt(place);
    part.table.apply(place.lo, place.hi, change);
    part.dirty = true;
  }

  /** Stores the parts that changed. */
  store(): Promise<void> {
    return this.stored.store();
  }

  /** Stores nothing any more: another process is at work on the index. */
  abandon(): void {
    this.stored.abandon();
  }

  private placeOf(identity: string): Place {
    if (this.last?.identity === identity) return this.last.place;
    const { lo, hi } = hash64(identity);
    const place = { partition: this.partitionOf(identity), lo, hi };
    this.last = { identity, place };
    return place;
  }

  private partOf(identity: string): Part {
    return this.partAt(this.placeOf(identity));
  }

  private partAt({ partition }: Place): Part {
    const part = this.parts[partition];
    if (!part) throw new Error("The part of this identity was not loaded");
    return part;
  }
}
