// AssemblyScript. Texts of JSON, sixteen bytes at a time.

export const notJson = -1;

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;

/**
 * The first byte that a text can't hold as it is: a control character, a quote, a backslash. There must be one,
 * and sixteen bytes of memory behind it.
 */
export function endOfPlain(start: i32): i32 {
  let at = start;
  while (true) {
    const bytes = v128.load(at);
    const interrupts = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(quote as i8)), i8x16.eq(bytes, i8x16.splat(backslash as i8))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    );
    if (interrupts !== 0) return at + ctz(interrupts);
    at += 16;
  }
}

/** @returns the place behind the string whose opening quote stands at a place, or notJson */
export function endOfString(start: i32): i32 {
  let at = start + 1;
  while (true) {
    at = endOfPlain(at);
    const byte = load<u8>(at);
    if (byte === quote) return at + 1;
    if (byte !== backslash) return notJson;
    const escaped = load<u8>(at, 1);
    if (isShortEscape(escaped)) at += 2;
    else if (escaped === letterU && areHexDigits(at + 2) && !isSurrogate(at + 2)) at += 6;
    else return notJson;
  }
}

/** One of "\/bfnrt. */
function isShortEscape(byte: u8): bool {
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}

/** Half of a pair: whether the other half is there is looked at elsewhere (shared/airbyte/well-formed.ts). */
function isSurrogate(at: i32): bool {
  return (load<u8>(at) | 0x20) === 0x64 && load<u8>(at, 1) >= 0x38;
}

function areHexDigits(at: i32): bool {
  return isHex(load<u8>(at)) && isHex(load<u8>(at, 1)) && isHex(load<u8>(at, 2)) && isHex(load<u8>(at, 3));
}

function isHex(byte: u8): bool {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

/** Whether so many bytes are the same at two places, behind which there is memory. */
export function isSame(one: i32, other: i32, length: i32): bool {
  for (let at = 0; at < length; at += 16) {
    const differ = ~i8x16.bitmask(i8x16.eq(v128.load(one + at), v128.load(other + at))) & 0xffff;
    if (differ !== 0) return at + ctz(differ) >= length;
  }
  return true;
}
