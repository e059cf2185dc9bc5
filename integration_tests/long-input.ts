/** Very many records of one stream, with a STATE after every 10,000, in pieces as large as a host's pipe likes them. */
import { record, state } from "./write-world";

export const recordsPerState = 10_000;
const pieceCharacters = 1 << 16;

export function* longInput(
  stream: string,
  records: number,
  dataOf: (index: number) => object,
): Generator<string> {
  let piece = "";
  for (let index = 0; index < records; index++) {
    piece += record(stream, dataOf(index));
    if ((index + 1) % recordsPerState === 0) piece += state(stream, index + 1);
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}
