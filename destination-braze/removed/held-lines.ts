const firstBytes = 4096;

/** Lines by part, as bytes: a million short-lived strings would let the heap grow. */
export class HeldLines {
  private readonly buffers: Buffer[];
  private readonly lengths: number[];
  sizeBytes = 0;

  constructor(parts: number) {
    this.buffers = Array.from({ length: parts }, () => Buffer.allocUnsafe(firstBytes));
    this.lengths = Array.from({ length: parts }, () => 0);
  }

  /** @param line with its newline */
  add(part: number, line: string): void {
    const lengthBytes = Buffer.byteLength(line);
    const start = this.lengths[part] as number;
    this.room(part, start + lengthBytes).write(line, start);
    this.lengths[part] = start + lengthBytes;
    this.sizeBytes += lengthBytes;
  }

  text(part: number): string {
    return this.buffers[part]?.toString("utf8", 0, this.lengths[part]) ?? "";
  }

  clear(): void {
    this.lengths.fill(0);
    this.sizeBytes = 0;
  }

  private room(part: number, neededBytes: number): Buffer {
    const buffer = this.buffers[part] as Buffer;
    if (neededBytes <= buffer.length) return buffer;
    const larger = Buffer.allocUnsafe(Math.max(neededBytes, 2 * buffer.length));
    buffer.copy(larger);
    this.buffers[part] = larger;
    return larger;
  }
}
