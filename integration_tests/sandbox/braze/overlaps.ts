/**
 * Notices two requests in flight for the same identity. Braze may apply them in either order
 * (docs: post_user_track_synchronous), so a careful client never does that.
 */
export interface Overlap {
  /** e.g. `external_id:user-17` */
  identity: string;
  /** epoch milliseconds */
  at: number;
}

export class OverlapWatch {
  readonly overlaps: Overlap[] = [];
  readonly #inFlight = new Map<string, number>();

  /** Returns what to call when the request has been answered. */
  begin(identities: Iterable<string>, nowMs: number): () => void {
    const own = new Set(identities);
    for (const identity of own) {
      const others = this.#inFlight.get(identity) ?? 0;
      if (others > 0 && this.overlaps.length < 1000) this.overlaps.push({ identity, at: nowMs });
      this.#inFlight.set(identity, others + 1);
    }
    return () => {
      for (const identity of own) {
        const left = (this.#inFlight.get(identity) ?? 1) - 1;
        if (left === 0) this.#inFlight.delete(identity);
        else this.#inFlight.set(identity, left);
      }
    };
  }
}
