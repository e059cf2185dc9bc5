const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Complete lines that follow one another in one piece of memory, without their line ends. */
export interface LineSpans {
  bytes: Buffer;
  /** Where each line begins, and where it ends. */
  starts: number[];
  ends: number[];
  /** Number of the first of these lines, counted from one. */
  firstNumber: number;
}

/**
 * Splits a byte stream into lines, a batch for each chunk: working on buffers and in batches keeps the
 * cost of a line far below that of node:readline. Empty lines are kept, so that numbers stay true.
 * A byte order mark at the start is no part of the first line. The batches of a chunk are in its memory.
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
): AsyncGenerator<LineSpans> {
  let unfinished: Buffer[] = [];
  let unfinishedBytes = 0;
  let firstNumber = 1;

  for await (const piece of chunks) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    let start = 0;
    let end = chunk.indexOf(newline);
    if (unfinishedBytes > 0 && end !== -1 && unfinishedBytes + end <= maxLineBytes) {
      yield withoutMark(oneLine(Buffer.concat([...unfinished, chunk.subarray(0, end)]), firstNumber));
      unfinished = [];
      unfinishedBytes = 0;
      firstNumber += 1;
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    const starts: number[] = [];
    const ends: number[] = [];
    while (unfinishedBytes === 0 && end !== -1 && end - start <= maxLineBytes) {
      starts.push(start);
      ends.push(withoutReturn(chunk, start, end));
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (starts.length > 0) yield withoutMark({ bytes: chunk, starts, ends, firstNumber });
    firstNumber += starts.length;
    const rest = chunk.subarray(start, end === -1 ? undefined : end);
    unfinishedBytes += rest.length;
    if (unfinishedBytes > maxLineBytes) throw tooLong(firstNumber);
    // A copy: the chunk may be overwritten by the next one.
    if (rest.length > 0) unfinished.push(Buffer.from(rest));
  }
  if (unfinishedBytes > 0 && !stop?.aborted) {
    const last = Buffer.concat(unfinished);
    yield withoutMark({ bytes: last, starts: [0], ends: [last.length], firstNumber });
  }
}

const oneLine = (bytes: Buffer, firstNumber: number): LineSpans => ({
  bytes,
  starts: [0],
  ends: [withoutReturn(bytes, 0, bytes.length)],
  firstNumber,
});

function withoutMark(lines: LineSpans): LineSpans {
  const { bytes, starts, firstNumber } = lines;
  const length = byteOrderMark.length;
  if (firstNumber === 1 && bytes.subarray(0, length).equals(byteOrderMark)) starts[0] = length;
  return lines;
}

const withoutReturn = (bytes: Buffer, start: number, end: number): number =>
  end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;

/** Whether a line holds nothing but white space. */
export function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) return false;
  return true;
}
