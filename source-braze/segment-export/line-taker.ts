import type { PlainLines } from "./plain-lines";

/** What is done with the lines of an export. */
export interface LineTaker {
  /**
   * Emits what a line becomes. Await what is returned, if anything.
   * Throws NotAnObjectError.
   */
  take(line: Buffer): Promise<void> | undefined;
  /** Emits many at once, of those that need no look at each. */
  plain?: PlainLines | undefined;
}
