/**
 * How far the records went that a host may send again: what an interruption left is among so many records of
 * the stream behind the last state that left. Once a state has left behind all of them, they do not come any more.
 */
export class Reach {
  /** Records received up to the last state that has left. */
  private left = 0;
  /** States that have not left, with the records received up to them. */
  private states: { epoch: number; received: number }[] = [];

  /** @param carried the reach that earlier runs left */
  constructor(private carried: number) {}

  /** An earlier run went as far as this, too. */
  extend(carried: number): void {
    this.carried = Math.max(this.carried, carried);
  }

  stateReceived(epoch: number, received: number): void {
    this.states.push({ epoch, received });
  }

  /** The states up to the end of an epoch have left. */
  statesLeft(epoch: number): void {
    const left = this.states.filter((state) => state.epoch <= epoch);
    this.left = left.at(-1)?.received ?? this.left;
    if (left.length > 0) this.states = this.states.slice(left.length);
  }

  /** Whether a state has left behind everything that earlier runs had received. */
  get isPast(): boolean {
    return this.left >= this.carried;
  }

  /** Whether so many records are all that earlier runs had received. @param received in this run */
  isReached(received: number): boolean {
    return received >= this.carried;
  }

  /** How many records behind the last state that left have ever been received. @param received in this run */
  behind(received: number): number {
    return Math.max(0, Math.max(this.carried, received) - this.left);
  }
}
