import type { SendMode } from "../delta/delta";
import type { DeltaIndex, HashedObject } from "../delta/delta-index";
import { type Undone, undoneBy } from "../delta/undone";
import type { ProfileList } from "../delta/word-list";
import type { FlatShape } from "../flat/shape";
import type { Deliverer } from "./deliver";
import type { Outgoing, Update } from "./update";

type Delivers = Pick<Deliverer, "deliver">;

/** Cuts objects down to what Braze does not have from us, and remembers what it has accepted. */
export class Deltas {
  private readonly inFlight = new Set<readonly Outgoing[]>();
  private last: { stream: string; index: DeltaIndex | undefined } | undefined;

  /**
   * @param indexes by stream; the objects of other streams are sent as they are
   * @param undone told of those whom Braze has deleted, merged or renamed
   */
  constructor(
    private readonly indexes: ReadonlyMap<string, DeltaIndex>,
    private readonly mode: SendMode,
    private readonly undone: Pick<Undone, "forget" | "note">,
  ) {}

  /** Makes the index ready for an update. Await what is returned, if anything, before handing the update on. */
  prepare({ record, identity, slot }: Update): Promise<unknown> | undefined {
    return slot.memory ? this.of(record.stream)?.prepare(identity) : undefined;
  }

  /**
   * Leaves of an object only what is to be sent.
   * @returns false when nothing is
   */
  reduce(outgoing: Outgoing): boolean {
    outgoing.reduced = true;
    const index = this.indexOf(outgoing);
    if (!index) return true;
    const { identity, body, slot } = outgoing;
    const { memory, whenKnown } = slot;
    if (!memory) return true;
    const delta = index.delta(identity, memory, body, this.mode);
    if (delta.kind === "unchanged") return false;
    if (whenKnown && delta.isKnown) outgoing.slot = whenKnown;
    outgoing.sent = delta.body;
    outgoing.change = delta.change;
    outgoing.json = undefined;
    outgoing.utf8 = undefined;
    outgoing.sizeBytes = undefined;
    return true;
  }

  /** As `prepare` and `reduce` for a record that was not parsed; see DeltaIndex.flatDelta. */
  reduceFlat(stream: string, object: HashedObject, { nameIds }: FlatShape) {
    return this.of(stream)?.flatDelta(object, nameIds, this.mode) ?? "look closer";
  }

  /** Gives attributes of a stream their numbers; undefined where nothing is remembered of it. */
  numbersOf(stream: string): ((names: readonly string[]) => number[] | undefined) | undefined {
    const index = this.indexes.get(stream);
    return index && ((names) => index.numbersOf(names));
  }

  /**
   * Makes a deliverer say beforehand whose profiles it is about to change: after a crash nobody could
   * tell what Braze has of them.
   * @param staged whether the objects lie staged until it is noted whose profiles they changed
   */
  around(deliverer: Delivers, staged = false): Delivers {
    return {
      deliver: async (objects) => {
        for (const [index, changed] of staged ? [] : this.byIndex(objects)) {
          const announcing = index.announce(changed);
          if (announcing) await announcing;
        }
        this.inFlight.add(objects);
        const fates = await deliverer.deliver(objects);
        this.inFlight.delete(objects);
        return fates;
      },
    };
  }

  /** Adds whose profile an object changes to a list for `noteChanged`. */
  addProfile(outgoing: Outgoing, profiles: ProfileList): void {
    this.indexOf(outgoing)?.addProfile(outgoing.identity, outgoing.change?.place, profiles);
  }

  /** Notes, durably, whose profiles of a stream have been changed. */
  async noteChanged(stream: string, profiles: ArrayLike<number>): Promise<void> {
    await this.indexes.get(stream)?.noteChanged(profiles);
  }

  /** Makes durable what is remembered. Of objects without an answer nothing is. */
  async store(): Promise<void> {
    for (const outgoing of [...this.inFlight].flat()) {
      this.indexOf(outgoing)?.forget(outgoing.identity);
      this.undone.forget(undoneBy(outgoing));
    }
    for (const index of this.indexes.values()) await index.store();
  }

  /** Whether a profile surely has a value for an attribute. */
  knowsValue({ record, identity, slot, body }: Update, name: string): boolean {
    const creates = slot.memory?.updatesOnly(body) !== true;
    return this.of(record.stream)?.knowsValue(identity, name, creates) ?? false;
  }

  /** Remembers that Braze has values for attributes of a profile. */
  noteValues({ record, identity }: Update, names: readonly string[]): void {
    this.of(record.stream)?.noteValues(identity, names);
  }

  /** Notes, durably, of whom Braze does not have any more what it had. */
  noteUndone(identities: readonly string[]): Promise<void> {
    return this.undone.note(identities);
  }

  /** Remembers an object that Braze has accepted, and forgets what it has undone. */
  remember(outgoing: Outgoing): void {
    if (outgoing.change) this.indexOf(outgoing)?.remember(outgoing.identity, outgoing.change);
    else if (outgoing.slot.undoes) this.undone.forget(undoneBy(outgoing));
  }

  private byIndex(objects: readonly Outgoing[]): Map<DeltaIndex, Outgoing[]> {
    const groups = new Map<DeltaIndex, Outgoing[]>();
    for (const outgoing of objects) {
      const index = this.indexOf(outgoing);
      if (!index) continue;
      const group = groups.get(index);
      if (group) group.push(outgoing);
      else groups.set(index, [outgoing]);
    }
    return groups;
  }

  private indexOf({ slot, updates }: Outgoing): DeltaIndex | undefined {
    const first = updates[0];
    return slot.memory && first ? this.of(first.record.stream) : undefined;
  }

  /** Hot path: asked several times for each record, nearly always for the same stream as before. */
  private of(stream: string): DeltaIndex | undefined {
    if (this.last?.stream !== stream) this.last = { stream, index: this.indexes.get(stream) };
    return this.last.index;
  }
}
