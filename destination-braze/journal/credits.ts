/** Fingerprints of what Braze has accepted and the host will send again, each as often as it was accepted. */
export class Credits {
  private readonly counts = new Map<string, number>();
  /** How many there are in all. */
  size = 0;

  add(lo: number, hi: number, count = 1): void {
    const key = `${lo} ${hi}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
    this.size += count;
  }

  /** @returns whether there was one to take */
  take(lo: number, hi: number): boolean {
    const key = `${lo} ${hi}`;
    const count = this.counts.get(key);
    if (count === undefined) return false;
    if (count === 1) this.counts.delete(key);
    else this.counts.set(key, count - 1);
    this.size -= 1;
    return true;
  }

  clear(): void {
    this.counts.clear();
    this.size = 0;
  }

  forEach(tell: (lo: number, hi: number, count: number) => void): void {
    for (const [key, count] of this.counts) {
      const [lo, hi] = key.split(" ");
      tell(Number(lo), Number(hi), count);
    }
  }
}
