const newline = 0x0a;
/** `{"type":"RECORD"` and `{"type":"STATE"` differ here. */
const tellingPosition = 9;
const letterOfRecord = "R".charCodeAt(0);

/** Counts the RECORD lines that pass by, and knows when the last of them did, without parsing anything. */
export class RecordCounter {
  records = 0;
  /** performance.now() of the last piece with a record. */
  lastAtMs = 0;
  /** Bytes of the line under way that came in earlier pieces. */
  private position = 0;

  take(piece: Buffer): void {
    const before = this.records;
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      this.look(piece, start, end);
      this.position = 0;
      start = end + 1;
    }
    this.look(piece, start, piece.length);
    this.position += piece.length - start;
    if (this.records > before) this.lastAtMs = performance.now();
  }

  private look(piece: Buffer, start: number, end: number): void {
    const telling = start + tellingPosition - this.position;
    if (telling >= start && telling < end && piece[telling] === letterOfRecord) this.records += 1;
  }
}
