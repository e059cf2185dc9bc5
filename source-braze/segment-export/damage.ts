/** An export file can't be read to its end. The message says why, in the middle of a sentence. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
}
