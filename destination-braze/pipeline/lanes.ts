import type { Lane } from "./coalesce";
import type { Update } from "./update";

/**
 * The lanes of all identities of which something waits or is in flight. An update that concerns several
 * identities (an alias for a user, a merge) ties their lanes together until they are empty, so that what
 * comes before and after it keeps its order.
 */
export class Lanes {
  private readonly byIdentity = new Map<string, Lane>();

  of(identity: string): Lane | undefined {
    return this.byIdentity.get(identity);
  }

  /** Makes the lane of an identity that has none. */
  open(identity: string): Lane {
    const lane: Lane = {
      identities: [identity],
      waiting: [],
      inFlight: 0,
      place: undefined,
      unitedWith: undefined,
    };
    this.byIdentity.set(identity, lane);
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
        lane.identities.push(each);
        this.byIdentity.set(each, lane);
        continue;
      }
      leave(other);
      leave(lane);
      // What waits in the two was independent so far: any order is right.
      lane.waiting.push(...other.waiting);
      lane.inFlight += other.inFlight;
      lane.identities.push(...other.identities);
      for (const moved of other.identities) this.byIdentity.set(moved, lane);
      other.unitedWith = lane;
    }
    return lane;
  }

  /** Forgets a lane in which nothing waits and of which nothing is in flight. */
  close(lane: Lane): void {
    for (const identity of lane.identities) this.byIdentity.delete(identity);
  }
}
