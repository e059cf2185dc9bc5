const newline = 0x0a;
const carriageReturn = 0x0d;

/** The complete lines that one chunk of input closed, without their line ends. */
export interface LineBatch {
  lines: Buffer[];
  /** Number of the first line of the batch, counted from one. */
  firstNumber: number;
}

/**
 * Splits a byte stream into lines, a batch for each chunk: working on buffers and in batches keeps the
 * cost of a line far below that of node:readline. Empty lines are kept, so that numbers stay true.
 *
 * @param maxLineBytes a longer line stops the reading
 * @param tooLong makes the error for it; the lines before it are handed out first
 * @param stop once it is aborted, input that ends without a line end was cut off: what is left is no line
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer | string>,
  maxLineBytes: number,
  tooLong: (lineNumber: number) => Error,
  stop?: AbortSignal,
): AsyncGenerator<LineBatch> {
  let unfinished: Buffer[] = [];
  let unfinishedBytes = 0;
  let firstNumber = 1;

  for await (const piece of chunks) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    const lines: Buffer[] = [];
    let start = 0;
    let end = chunk.indexOf(newline);
    while (end !== -1 && unfinishedBytes + end - start <= maxLineBytes) {
      const tail = chunk.subarray(start, end);
      lines.push(withoutReturn(unfinishedBytes === 0 ? tail : Buffer.concat([...unfinished, tail])));
      unfinished = [];
      unfinishedBytes = 0;
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (lines.length > 0) yield { lines, firstNumber };
    firstNumber += lines.length;
    const rest = chunk.subarray(start, end === -1 ? undefined : end);
    unfinishedBytes += rest.length;
    if (unfinishedBytes > maxLineBytes) throw tooLong(firstNumber);
    if (rest.length > 0) unfinished.push(rest);
  }
  if (unfinishedBytes > 0 && !stop?.aborted) yield { lines: [Buffer.concat(unfinished)], firstNumber };
}

const withoutReturn = (line: Buffer): Buffer =>
  line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;

/** Whether a line holds nothing but white space. */
export function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) return false;
  return true;
}
