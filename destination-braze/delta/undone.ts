import { hash64 } from "@braze-connectors/shared/hash/hash64";
import { isItem } from "../objects/identity-key";
import type { DeltaIndex } from "./delta-index";
import type { IndexesElsewhere } from "./indexes-elsewhere";
import { partitionOf } from "./partition";

/** An object, or the update that it is made of, that may do something to what is remembered of others. */
interface Undoing {
  readonly slot: { readonly undoes?: boolean };
  readonly identity: string;
  readonly also?: readonly string[];
  readonly updates?: readonly { readonly also?: readonly string[] }[];
}

const nobody: readonly string[] = [];

/** Of whom or what it is not true any more what is remembered, once Braze has accepted an object. */
export const undoneBy = ({
  slot,
  identity,
  updates,
  also = updates?.[0]?.also,
}: Undoing): readonly string[] => (slot.undoes ? [identity, ...(also ?? nobody)] : nobody);

/** Makes all indexes forget those whom this connector has deleted from Braze, merged or renamed there. */
export class Undone {
  /**
   * @param indexes of the streams of this sync
   * @param remembers whether a stream may remember what is of this kind
   * @param elsewhere absent where nothing may be stored
   */
  constructor(
    private readonly indexes: ReadonlyMap<string, DeltaIndex>,
    private readonly remembers: (stream: string, kind: "items" | "people") => boolean,
    private readonly elsewhere?: Pick<IndexesElsewhere, "note">,
  ) {}

  forget(identities: readonly string[]): void {
    for (const identity of identities) for (const index of this.mayKnow(identity)) index.forget(identity);
  }

  /**
   * Notes them durably, so that they are forgotten also after a crash, and by streams that are not in this sync.
   * Those are not told of items: two streams for one catalog belong into one sync.
   */
  async note(identities: readonly string[]): Promise<void> {
    const changed = new Map<DeltaIndex, number[]>();
    const people: number[] = [];
    for (const identity of identities) {
      for (const index of this.mayKnow(identity)) {
        const profiles = changed.get(index) ?? [];
        changed.set(index, profiles);
        index.addProfile(identity, undefined, profiles);
      }
      if (isItem(identity)) continue;
      const { lo, hi } = hash64(identity);
      people.push(partitionOf(identity), lo, hi);
    }
    for (const [index, profiles] of changed) await index.noteChanged(profiles);
    if (people.length > 0) await this.elsewhere?.note(people);
  }

  private mayKnow(identity: string): DeltaIndex[] {
    const kind = isItem(identity) ? "items" : "people";
    return [...this.indexes].flatMap(([stream, index]) => (this.remembers(stream, kind) ? [index] : []));
  }
}
