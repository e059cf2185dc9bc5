import { finish, type Hash64, hash64 } from "@braze-connectors/shared/hash/hash64";

const objectSeed = 0x2545f491;
const listSeed = 0x4f6cdd1d;

const brace = 0x7b;
const bracket = 0x5b;
const quote = 0x22;
const backslash = 0x5c;

/**
 * 64-bit hash of what a JSON text says: the order of keys and the white space between values don't count,
 * at any depth, the order of lists does. It is taken of the text, not of parsed values, so that numbers count
 * with all their digits; a value that is spelled in another way (`1.0`, `\u00e9`) counts as another one.
 */
export class ContentHash {
  /** The halves of the last value's hash. */
  private lo = 0;
  private hi = 0;
  private text = "";
  private at = 0;
  private readonly counted = new Map<string, boolean>();

  /** @param counts whether a member of the object itself counts, by its key */
  constructor(private readonly counts: (key: string) => boolean) {}

  /**
   * Hashes an object given as valid JSON text.
   * @returns a new object
   */
  of(text: string): Hash64 {
    this.text = text;
    this.at = 0;
    this.value(0);
    this.text = "";
    return { lo: this.lo, hi: this.hi };
  }

  private value(depth: number): void {
    this.skipBlanks();
    const first = this.text.charCodeAt(this.at);
    if (first === brace) this.object(depth);
    else if (first === bracket) this.list(depth);
    else this.scalar(first);
  }

  private scalar(first: number): void {
    const start = this.at;
    if (first === quote) this.skipString();
    else while (!endsScalar(this.text.charCodeAt(this.at))) this.at += 1;
    const { lo, hi } = hash64(this.text.slice(start, this.at));
    this.lo = lo;
    this.hi = hi;
  }

  /** Members are added up, so that their order does not matter. */
  private object(depth: number): void {
    let lo = objectSeed;
    let hi = objectSeed;
    this.at += 1;
    for (this.skipBetween(); this.text[this.at] !== "}"; this.skipBetween()) {
      const keyStart = this.at;
      this.skipString();
      const key = this.text.slice(keyStart, this.at);
      this.at = this.text.indexOf(":", this.at) + 1;
      this.value(depth + 1);
      if (depth === 0 && !this.isCounted(key)) continue;
      const { lo: keyLo, hi: keyHi } = hash64(key);
      this.combine(keyLo, keyHi);
      lo = (lo + this.lo) | 0;
      hi = (hi + this.hi) | 0;
    }
    this.at += 1;
    this.lo = finish(lo) >>> 0;
    this.hi = finish(hi ^ this.lo) >>> 0;
  }

  private list(depth: number): void {
    let lo = listSeed;
    let hi = listSeed;
    this.at += 1;
    for (this.skipBetween(); this.text[this.at] !== "]"; this.skipBetween()) {
      this.value(depth + 1);
      this.combine(lo, hi);
      lo = this.lo;
      hi = this.hi;
    }
    this.at += 1;
    this.lo = lo >>> 0;
    this.hi = hi >>> 0;
  }

  /** The hash of another value and then the last one. */
  private combine(lo: number, hi: number): void {
    const mixed = finish(Math.imul(lo, 0x9e3779b1) + Math.imul(this.lo, 0x85ebca77) + this.hi);
    this.hi = finish(Math.imul(hi, 0xc2b2ae3d) + Math.imul(this.hi, 0x27d4eb2f) + mixed);
    this.lo = mixed;
  }

  private isCounted(keyText: string): boolean {
    const known = this.counted.get(keyText);
    if (known !== undefined) return known;
    const counts = this.counts(JSON.parse(keyText) as string);
    this.counted.set(keyText, counts);
    return counts;
  }

  private skipString(): void {
    let { at } = this;
    for (at += 1; this.text.charCodeAt(at) !== quote; at += 1) {
      if (this.text.charCodeAt(at) === backslash) at += 1;
    }
    this.at = at + 1;
  }

  private skipBlanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at += 1;
  }

  /** White space and commas. */
  private skipBetween(): void {
    while (isBlank(this.text.charCodeAt(this.at)) || this.text[this.at] === ",") this.at += 1;
  }
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** A comma, a closing bracket or brace, white space, or the end. */
const endsScalar = (code: number): boolean =>
  code === 0x2c || code === 0x5d || code === 0x7d || isBlank(code) || Number.isNaN(code);
