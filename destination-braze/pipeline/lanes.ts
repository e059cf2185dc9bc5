import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { Lane } from "./coalesce";
import type { Outgoing, Update } from "./update";

/** Many more than there are lanes at a time, so that few share an end. */
const hashEnds = 1 << 16;

const endOf = (hash: number): number => hash & (hashEnds - 1);

const hashOf = (identity: string): number => hash64(identity).lo;

/**
 * The lanes of all identities of which something waits or is in flight. An update that concerns several
 * identities (an alias for a user, a merge) ties their lanes together until they are empty, so that what
 * comes before and after it keeps its order.
 */
export class Lanes {
  /**
   * By the end of their hash; lanes that share one hang together. Hot path: lanes come and go by the ten thousands
   * a second, for which a Map would be built anew all the time.
   */
  private readonly byHash: (Lane | undefined)[] = new Array(hashEnds).fill(undefined);
  /** Lanes under the identities that were tied to them. */
  private readonly tied = new Map<string, Lane>();

  /**
   * Whether an identity may have a lane, by the low half of its `hash64`. Hot path: most identities need not be
   * made a text to learn that they have none.
   */
  mayHave(hash: number): boolean {
    return this.byHash[endOf(hash)] !== undefined || this.tied.size > 0;
  }

  /** @param hash low half of its `hash64` */
  of(identity: string, hash = hashOf(identity)): Lane | undefined {
    let lane = this.byHash[endOf(hash)];
    while (lane && lane.identity !== identity) lane = lane.next;
    return lane ?? this.tied.get(identity);
  }

  *all(): Iterable<Lane> {
    for (const first of this.byHash) for (let lane = first; lane; lane = lane.next) yield lane;
  }

  /**
   * Makes the lane of an identity that has none.
   * @param hash low half of its `hash64`
   * @param waiting what waits in it
   */
  open(identity: string, hash = hashOf(identity), waiting: Outgoing[] = []): Lane {
    const lane: Lane = {
      identity,
      also: undefined,
      hashEnd: endOf(hash),
      waiting,
      inFlight: 0,
      place: undefined,
      unitedWith: undefined,
      next: this.byHash[endOf(hash)],
    };
    this.byHash[lane.hashEnd] = lane;
    return lane;
  }

  /**
   * The lane for an update that concerns several identities, all of whose lanes become this one.
   * @param leave called with each lane whose content is about to change
   */
  united({ identity, also = [] }: Update, leave: (lane: Lane) => void): Lane {
    const lane = this.of(identity) ?? this.open(identity);
    for (const each of also) {
      const other = this.of(each);
      if (other === lane) continue;
      if (!other) {
        this.tie(lane, each);
        continue;
      }
      leave(other);
      leave(lane);
      // What waits in the two was independent so far: any order is right.
      lane.waiting.push(...other.waiting);
      lane.inFlight += other.inFlight;
      this.remove(other);
      for (const moved of [other.identity, ...(other.also ?? [])]) this.tie(lane, moved);
      other.unitedWith = lane;
    }
    return lane;
  }

  /** Forgets a lane in which nothing waits and of which nothing is in flight. */
  close(lane: Lane): void {
    this.remove(lane);
    if (lane.also) for (const other of lane.also) this.tied.delete(other);
  }

  private tie(lane: Lane, identity: string): void {
    lane.also ??= [];
    lane.also.push(identity);
    this.tied.set(identity, lane);
  }

  private remove(lane: Lane): void {
    const end = lane.hashEnd;
    let before = this.byHash[end];
    if (before === lane) {
      this.byHash[end] = lane.next;
      return;
    }
    while (before && before.next !== lane) before = before.next;
    if (before) before.next = lane.next;
  }
}
