/**
 * The members of an object given as valid JSON text: each key with the text of its value, so that a value
 * (a big integer, say) can be passed on as it was written.
 */
export function* membersOf(text: string): Generator<{ key: string; valueText: string }> {
  let at = 1;
  for (;;) {
    while (isBetween(text.charCodeAt(at))) at += 1;
    if (text[at] !== '"') return;
    const keyEnd = endOfString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = text.indexOf(":", keyEnd) + 1;
    at = endOfValue(text, start);
    yield { key, valueText: text.slice(start, at).trim() };
  }
}

/** White space and commas. */
const isBetween = (code: number): boolean =>
  code === 0x20 || code === 0x2c || code === 0x09 || code === 0x0a || code === 0x0d;

/** The place behind a string that starts at a place. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** The place of the comma or brace behind a value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; ) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    else if (depth > 0 && (character === "}" || character === "]")) depth -= 1;
    else if (depth === 0 && (character === "," || character === "}")) return at;
    at += 1;
  }
}
