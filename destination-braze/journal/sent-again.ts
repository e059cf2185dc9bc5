import type { Update } from "../pipeline/update";

type Sent = Pick<Update, "slot" | "identity" | "also">;

/**
 * What a run sends of what the host brings again, as far as Braze then has something else than the journal says: whoever
 * is deleted once more loses the events that had been accepted, and whoever was merged into somebody else is there
 * again as soon as their attributes have come again.
 */
export class SentAgain {
  /** Those of whom Braze has nothing from before. */
  private readonly emptied = new Set<string>();
  /** Those who may be there again. */
  private readonly written = new Set<string>();

  /** @param merges whether users are merged in this sync: only then it matters who was written */
  constructor(private readonly merges: boolean) {}

  /** Whether Braze has to get an update, although the journal says that it was accepted. */
  outdates({ slot, identity, also = [] }: Sent): boolean {
    // Of messages nothing is lost with their recipient.
    if (slot.endpoint.inDoubt === "reject") return false;
    if (slot.empties && this.written.has(identity)) return true;
    return this.emptied.has(identity) || also.some((other) => this.emptied.has(other));
  }

  /** An update is on its way to Braze. */
  add({ slot, identity }: Sent): void {
    if (slot.empties) {
      this.emptied.add(identity);
      this.written.delete(identity);
    } else if (this.merges) this.written.add(identity);
  }

  clear(): void {
    this.emptied.clear();
    this.written.clear();
  }
}
