/** Numbers of a day, by what they count ("new_users", "clicks of CARD") and the day. */
export class Statistics {
  readonly #set = new Map<string, number>();

  /** Says what a series has on a day. */
  set(series: string, day: string, value: number): void {
    this.#set.set(`${series} ${day}`, value);
  }

  /** What was set, else a number that is always the same for the series and day. */
  at(series: string, day: string): number {
    return this.#set.get(`${series} ${day}`) ?? scatter(`${series} ${day}`) % 1000;
  }
}

/** FNV-1a, 32 bits. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
