import { createReadStream } from "node:fs";
import type { Gunzip, InflateRaw, ZlibOptions } from "node:zlib";
import { giveBack } from "@braze-connectors/shared/give-back";

/** So large that what a piece costs by itself does not matter. */
const pieceBytes = 256 * 1024;
/** How many unpacked pieces may lie ready: zlib works on a thread of its own, ahead of who takes them. */
const piecesAhead = 4;

/** Bytes of a file: from `start` on, before `end`. */
export interface Section {
  start: number;
  end: number;
}

/** Makes the unpacker; undefined for what is not packed. */
export type MakeUnpacker = ((options: ZlibOptions) => Gunzip | InflateRaw) | undefined;

/**
 * A file, or a section of it that is not empty, unpacked piece by piece. A piece is gone once the next one is
 * asked for. When the data turn out to be corrupt, the pieces that lie ready are lost. That is no pity: zlib
 * notices damage late, they may be wrong already.
 */
export async function* unpack(
  path: string,
  makeUnpacker: MakeUnpacker,
  section?: Section,
): AsyncGenerator<Buffer> {
  const range = section && { start: section.start, end: section.end - 1 };
  const file = createReadStream(path, { ...range, highWaterMark: pieceBytes });
  const unpacker = makeUnpacker?.({
    chunkSize: pieceBytes,
    // As objects pieces stay as they are; as bytes those that lie ready would be joined to a large one.
    ...{ readableObjectMode: true, readableHighWaterMark: piecesAhead },
  });
  if (unpacker) file.on("error", (error) => unpacker.destroy(error));
  try {
    for await (const piece of unpacker ? file.pipe(unpacker) : file) {
      yield piece as Buffer;
      if (unpacker) giveBack(piece as Buffer);
    }
  } finally {
    file.destroy();
    unpacker?.destroy();
  }
}
