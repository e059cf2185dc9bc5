import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { Lane } from "./coalesce";
import type { Outgoing, Update } from "./update";

/** Room for many more identities than have lanes at a time, so that few of others are taken for them. */
const hashEnds = 1 << 16;

const hashOf = (identity: string): number => hash64(identity).lo;

/**
 * The lanes of all identities of which something waits or is in flight. An update that concerns several
 * identities (an alias for a user, a merge) ties their lanes together until they are empty, so that what
 * comes before and after it keeps its order.
 */
export class Lanes {
  private readonly byIdentity = new Map<string, Lane>();
  /** How many identities have lanes, by the end of their hash. */
  private readonly byHash = new Uint32Array(hashEnds);

  /**
   * Whether an identity may have a lane, by the low half of its `hash64`. Hot path: most identities need not be
   * made a text to learn that they have none.
   */
  mayHave(hash: number): boolean {
    return this.byHash[hash % hashEnds] !== 0;
  }

  of(identity: string): Lane | undefined {
    return this.byIdentity.get(identity);
  }

  all(): Iterable<Lane> {
    return new Set(this.byIdentity.values());
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
      hash,
      waiting,
      inFlight: 0,
      place: undefined,
      unitedWith: undefined,
    };
    this.byIdentity.set(identity, lane);
    this.count(hash, 1);
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
        this.count(hashOf(each), 1);
        continue;
      }
      leave(other);
      leave(lane);
      // What waits in the two was independent so far: any order is right.
      lane.waiting.push(...other.waiting);
      lane.inFlight += other.inFlight;
      for (const moved of [other.identity, ...(other.also ?? [])]) this.tie(lane, moved);
      other.unitedWith = lane;
    }
    return lane;
  }

  /** Forgets a lane in which nothing waits and of which nothing is in flight. */
  close({ identity, hash, also }: Lane): void {
    this.byIdentity.delete(identity);
    this.count(hash, -1);
    if (!also) return;
    for (const other of also) {
      this.byIdentity.delete(other);
      this.count(hashOf(other), -1);
    }
  }

  private tie(lane: Lane, identity: string): void {
    lane.also ??= [];
    lane.also.push(identity);
    this.byIdentity.set(identity, lane);
  }

  private count(hash: number, change: 1 | -1): void {
    const end = hash % hashEnds;
    this.byHash[end] = (this.byHash[end] as number) + change;
  }
}
