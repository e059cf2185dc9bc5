import { isUtf8 } from "node:buffer";

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Bytes that a string can't hold as they are: control characters, quote, backslash. */
const interrupts = table((byte) => byte < 0x20 || byte === quote || byte === backslash);
const blanks = table((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
const digits = table((byte) => byte >= zero && byte <= 0x39);
const hexDigits = table((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));
const escapes = table((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

const notJson = -1;
const startDepth = 64;
/** Spellings of keys that are kept in mind. Braze has some fifty columns. */
const mostKeys = 256;

/** A key as it is spelled in a line, with its quotes, and whether its member is passed on. */
interface KnownKey {
  bytes: Buffer;
  passesOn: boolean;
}

/**
 * Finds the members of an exported object, and proves on the way that a line holds just that, without
 * making a string or a value of it: three times as fast as JSON.parse (`npm run bench -- read-s3`).
 *
 * It takes what is a JSON text (RFC 8259) in valid UTF-8, which is what parseLine (json-line.ts) takes too,
 * but for escaped surrogates; what it does not take is for parseLine to judge. Property tests compare the two.
 */
export class JsonScan {
  /** Where the members begin that are passed on and stand together, and where they end. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether every member is passed on. */
  isWhole = false;
  /** The place behind the closing brace. */
  end = 0;

  /** Where the last member of the object itself began, and whether it is passed on. */
  private memberStart = 0;
  private memberPasses = false;
  private lastPassed = false;
  /** For each depth whether an object is open there, or a list. */
  private objects = new Uint8Array(startDepth);
  private readonly keys: KnownKey[] = [];
  /** Braze writes the columns of all users in one order: most keys stand behind the last one. */
  private nextKey = 0;

  /** @param passesOn whether a member of the object itself is passed on, by its key */
  constructor(private readonly passesOn: (key: string) => boolean) {}

  /** @returns whether the line is one JSON object, in valid UTF-8; where its members are stands in the fields */
  scan(line: Buffer): boolean {
    this.starts.length = 0;
    this.ends.length = 0;
    this.isWhole = true;
    this.lastPassed = false;
    this.nextKey = 0;
    const start = skipBlanks(line, 0);
    if (line[start] !== openBrace) return false;
    this.end = this.object(line, start);
    const { end } = this;
    if (end === notJson || (end < line.length && skipBlanks(line, end) < line.length)) return false;
    return isUtf8(line);
  }

  /** @returns the place behind the object, or notJson */
  private object(line: Buffer, start: number): number {
    let at = start;
    let depth = 0;
    for (;;) {
      // A value begins here.
      const first = line[at];
      if (first === quote) {
        at = endOfString(line, at);
      } else if (first === openBrace || first === openBracket) {
        const isObject = first === openBrace;
        at = skipBlanks(line, at + 1);
        if (line[at] !== (isObject ? closeBrace : closeBracket)) {
          depth += 1;
          if (depth === this.objects.length) this.deepen();
          this.objects[depth] = isObject ? 1 : 0;
          if (isObject) at = this.key(line, at, depth);
          if (at === notJson) return notJson;
          continue;
        }
        at += 1;
        if (depth === 0) return at;
      } else {
        at = endOfScalar(line, at);
      }
      if (at === notJson) return notJson;

      // A value ended here, and whatever closes with it.
      for (;;) {
        if (depth === 1) this.memberEnds(at);
        if (blanks[line[at] ?? 0]) at = skipBlanks(line, at);
        const next = line[at];
        const inObject = this.objects[depth] === 1;
        at += 1;
        if (next === comma) {
          at = skipBlanks(line, at);
          if (inObject) at = this.key(line, at, depth);
          if (at === notJson) return notJson;
          break;
        }
        if (next !== (inObject ? closeBrace : closeBracket)) return notJson;
        depth -= 1;
        if (depth === 0) return at;
      }
    }
  }

  /** Reads a key and its colon. @returns where the value begins, or notJson */
  private key(line: Buffer, start: number, depth: number): number {
    if (line[start] !== quote) return notJson;
    let at = depth === 1 ? this.ownKey(line, start) : endOfString(line, start);
    if (at === notJson) return notJson;
    if (line[at] !== colon) {
      at = skipBlanks(line, at);
      if (line[at] !== colon) return notJson;
    }
    at += 1;
    return blanks[line[at] ?? 0] ? skipBlanks(line, at) : at;
  }

  /** Reads a key of the object itself. */
  private ownKey(line: Buffer, start: number): number {
    this.memberStart = start;
    const { keys } = this;
    for (let tried = 0; tried < keys.length; tried += 1) {
      const known = keys[this.nextKey];
      this.nextKey = this.nextKey + 1 < keys.length ? this.nextKey + 1 : 0;
      if (known === undefined || !standsAt(line, start, known.bytes)) continue;
      this.memberPasses = known.passesOn;
      return start + known.bytes.length;
    }
    return this.newKey(line, start);
  }

  private newKey(line: Buffer, start: number): number {
    const end = endOfString(line, start);
    if (end === notJson) return notJson;
    const bytes = Buffer.from(line.subarray(start, end));
    this.memberPasses = this.passesOn(JSON.parse(bytes.toString()) as string);
    if (this.keys.length < mostKeys) {
      // Behind the key that came before it in this line.
      this.keys.splice(this.nextKey, 0, { bytes, passesOn: this.memberPasses });
      this.nextKey = (this.nextKey + 1) % this.keys.length;
    }
    return end;
  }

  private memberEnds(end: number): void {
    if (!this.memberPasses) {
      this.isWhole = false;
      this.lastPassed = false;
      return;
    }
    if (this.lastPassed) this.ends[this.ends.length - 1] = end;
    else {
      this.starts.push(this.memberStart);
      this.ends.push(end);
      this.lastPassed = true;
    }
  }

  private deepen(): void {
    const deeper = new Uint8Array(this.objects.length * 2);
    deeper.set(this.objects);
    this.objects = deeper;
  }
}

function table(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (has(byte) ? 1 : 0));
}

function skipBlanks(line: Buffer, start: number): number {
  let at = start;
  // No blank has the value 0, which stands for the end here.
  while (blanks[line[at] ?? 0]) at += 1;
  return at;
}

function standsAt(line: Buffer, start: number, bytes: Buffer): boolean {
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    if (line[start + index] !== bytes[index]) return false;
  }
  return true;
}

/** @returns the place behind the string that starts at a place, or notJson */
function endOfString(line: Buffer, start: number): number {
  let at = start + 1;
  for (;;) {
    // Beyond the end of the line is 0 too: a control character.
    while (interrupts[line[at] ?? 0] === 0) at += 1;
    const byte = line[at];
    if (byte === quote) return at + 1;
    if (byte !== backslash) return notJson;
    const escaped = line[at + 1] ?? 0;
    if (escapes[escaped]) at += 2;
    else if (escaped === 0x75 && areHexDigits(line, at + 2) && !isSurrogate(line, at + 2)) at += 6;
    else return notJson;
  }
}

/** Half of a pair: whether the other half is there is looked at elsewhere (shared/airbyte/well-formed.ts). */
const isSurrogate = (line: Buffer, at: number): boolean =>
  ((line[at] ?? 0) | 0x20) === 0x64 && (line[at + 1] ?? 0) >= 0x38;

const areHexDigits = (line: Buffer, at: number): boolean =>
  hexDigits[line[at] ?? 0] === 1 &&
  hexDigits[line[at + 1] ?? 0] === 1 &&
  hexDigits[line[at + 2] ?? 0] === 1 &&
  hexDigits[line[at + 3] ?? 0] === 1;

/** @returns the place behind the number or literal that starts at a place, or notJson */
function endOfScalar(line: Buffer, start: number): number {
  switch (line[start]) {
    case 0x74:
      return standsAt(line, start, literals.true) ? start + 4 : notJson;
    case 0x66:
      return standsAt(line, start, literals.false) ? start + 5 : notJson;
    case 0x6e:
      return standsAt(line, start, literals.null) ? start + 4 : notJson;
    default:
      return endOfNumber(line, start);
  }
}

const literals = { true: Buffer.from("true"), false: Buffer.from("false"), null: Buffer.from("null") };

function endOfNumber(line: Buffer, start: number): number {
  let at = line[start] === minus ? start + 1 : start;
  if (line[at] === zero) at += 1;
  else at = endOfDigits(line, at);
  if (at !== notJson && line[at] === dot) at = endOfDigits(line, at + 1);
  if (at === notJson) return notJson;
  const letter = line[at];
  if (letter !== 0x65 && letter !== 0x45) return at;
  const sign = line[at + 1];
  return endOfDigits(line, sign === minus || sign === 0x2b ? at + 2 : at + 1);
}

/** One digit or more. */
function endOfDigits(line: Buffer, start: number): number {
  let at = start;
  while (digits[line[at] ?? 0]) at += 1;
  return at === start ? notJson : at;
}
