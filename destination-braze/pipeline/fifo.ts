/** How many places at the front may stand empty before the array is copied. */
const maxEmptyPlaces = 1024;

/** A queue whose every operation takes constant time, which Array.prototype.shift does not. */
export class Fifo<Item> {
  private items: Item[] = [];
  private head = 0;

  get first(): Item | undefined {
    return this.items[this.head];
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    const item = this.items[this.head];
    if (this.head < this.items.length) this.head += 1;
    if (this.head >= maxEmptyPlaces && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  unshift(item: Item): void {
    if (this.head === 0) {
      this.items.unshift(item);
      return;
    }
    this.head -= 1;
    this.items[this.head] = item;
  }
}
