/** An export file can't be read to its end. The message says why, in the middle of a sentence. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
  /** The file inside the zip, where the damage concerns one that no line was read of. */
  readonly member: string | undefined;

  constructor(message: string, { cause, member }: { cause?: unknown; member?: string } = {}) {
    super(message, { cause });
    this.member = member;
  }
}
