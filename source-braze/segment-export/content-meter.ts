import { DamagedFileError } from "./damage";
import { type FileLimits, sizeForPeople } from "./limits";

/** Measures what a file unpacks to while it is read: over all members of a zip, for they may overlap. */
export class ContentMeter {
  private contentBytes = 0;

  constructor(
    private readonly fileBytes: number,
    private readonly limits: FileLimits,
  ) {}

  /** @throws DamagedFileError once the content is more than an export holds */
  add(bytes: number): void {
    this.contentBytes += bytes;
    const { contentBytes, ratio, ratioFromBytes } = this.limits;
    if (this.contentBytes > contentBytes) {
      throw new DamagedFileError(
        `it unpacks to more than ${sizeForPeople(contentBytes)}, which no export does`,
      );
    }
    if (this.contentBytes > ratioFromBytes && this.contentBytes > this.fileBytes * ratio) {
      throw new DamagedFileError(`it unpacks to more than ${ratio} times its size, which no export does`);
    }
  }
}

/** Passes content on as long as the meter lets it. */
export async function* metered<Chunk extends Buffer | string>(
  chunks: AsyncIterable<Chunk>,
  meter: ContentMeter,
): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    meter.add(chunk.length);
    yield chunk;
  }
}
