/** Keeps the few things of many that took longest. */
export class Slowest<T extends { durationMs: number }> {
  /** The longest first. */
  private readonly kept: T[] = [];

  constructor(private readonly most: number) {}

  add(thing: T): void {
    const last = this.kept[this.most - 1];
    if (last && last.durationMs >= thing.durationMs) return;
    const position = this.kept.findIndex(({ durationMs }) => durationMs < thing.durationMs);
    this.kept.splice(position === -1 ? this.kept.length : position, 0, thing);
    if (this.kept.length > this.most) this.kept.pop();
  }

  get list(): readonly T[] {
    return this.kept;
  }
}
