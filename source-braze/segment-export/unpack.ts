import { createReadStream } from "node:fs";
import type { Gunzip, InflateRaw, ZlibOptions } from "node:zlib";
import { errorCode } from "@braze-connectors/shared/airbyte/errors";

/** Bytes of a file: from `start` on, before `end`. */
export interface Section {
  start: number;
  end: number;
}

/** Makes a fresh unpacker; undefined for what is not packed. */
export type MakeUnpacker = ((options: ZlibOptions) => Gunzip | InflateRaw) | undefined;

interface Pace {
  pieceBytes: number;
  /** How many unpacked pieces may lie ready: zlib works on a thread of its own, ahead of who takes them. */
  piecesAhead: number;
}

/** So large that what a piece costs by itself does not matter. */
const swift: Pace = { pieceBytes: 256 * 1024, piecesAhead: 4 };
/** So small that little is lost with a piece. */
const careful: Pace = { pieceBytes: 1024, piecesAhead: 1 };

/**
 * A file, or a section of it that is not empty, unpacked piece by piece. What comes before the damage of a
 * damaged file is yielded too.
 */
export async function* unpack(
  path: string,
  makeUnpacker: MakeUnpacker,
  section?: Section,
): AsyncGenerator<Buffer> {
  let yielded = 0;
  try {
    for await (const piece of piecesOf(path, makeUnpacker, section, swift)) {
      yielded += piece.length;
      yield piece;
    }
  } catch (error) {
    if (!errorCode(error)?.startsWith("Z_")) throw error;
    // zlib has thrown away the piece that it was at, and those that lay ready.
    yield* behind(yielded, piecesOf(path, makeUnpacker, section, careful));
    throw error;
  }
}

async function* piecesOf(
  path: string,
  makeUnpacker: MakeUnpacker,
  section: Section | undefined,
  { pieceBytes, piecesAhead }: Pace,
): AsyncGenerator<Buffer> {
  const range = section && { start: section.start, end: section.end - 1 };
  const file = createReadStream(path, { ...range, highWaterMark: swift.pieceBytes });
  const unpacker = makeUnpacker?.({
    chunkSize: pieceBytes,
    // As objects pieces stay as they are; as bytes those that lie ready would be joined to a large one.
    ...{ readableObjectMode: true, readableHighWaterMark: piecesAhead },
  });
  if (unpacker) file.on("error", (error) => unpacker.destroy(error));
  try {
    for await (const piece of unpacker ? file.pipe(unpacker) : file) yield piece as Buffer;
  } finally {
    file.destroy();
    unpacker?.destroy();
  }
}

async function* behind(bytes: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let toSkip = bytes;
  for await (const piece of pieces) {
    if (piece.length > toSkip) yield piece.subarray(toSkip);
    toSkip = Math.max(0, toSkip - piece.length);
  }
}
