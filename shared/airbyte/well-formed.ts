/** Every escape sequence of a JSON text, so that an escaped backslash is not taken for the start of another. */
const escapes =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}(\\u[dD][c-fC-F][\da-fA-F]{2})?|u[dD][c-fC-F][\da-fA-F]{2}|.)/gs;

/**
 * JSON text without halves of surrogate pairs: each becomes U+FFFD, the replacement character. JSON allows
 * them, UTF-8 does not, and a host whose JSON parser is strict (PyAirbyte's) drops the whole record.
 */
export function wellFormedJson(text: string): string {
  if (!text.includes("\\ud") && !text.includes("\\uD")) return text;
  return text.replace(escapes, (sequence, second: string | undefined) =>
    /^\\u[dD][89a-fA-F]/.test(sequence) && second === undefined ? "\\ufffd" : sequence,
  );
}
