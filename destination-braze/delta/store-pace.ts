/** Changes after which an index is stored in the middle of a sync, if it is not larger itself. */
const manyChanges = 2_000_000;
/** After so long it is stored also for fewer, if they are a share of it that is worth it. */
const longMs = 5 * 60_000;
const worthwhileShare = 0.05;

/** Says when storing an index in the middle of a sync is worth its price: after a crash, all changes are sent again. */
export class StorePace {
  /** Profiles changed since the index was stored. */
  private changes = 0;
  private storedAtMs: number;

  constructor(private readonly nowMs: () => number = Date.now) {
    this.storedAtMs = nowMs();
  }

  changed(profiles: number): void {
    this.changes += profiles;
  }

  stored(): void {
    this.changes = 0;
    this.storedAtMs = this.nowMs();
  }

  /** @param size profiles in the index */
  isDue(size: number): boolean {
    if (this.changes >= Math.max(manyChanges, size)) return true;
    return this.nowMs() - this.storedAtMs >= longMs && this.changes >= size * worthwhileShare;
  }
}
