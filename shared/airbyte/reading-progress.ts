import { countText, type Progress, RecentRate, rateText, recordsText } from "./progress";

/** Without a record for so long a stream waits. */
const quietMs = 2000;

/** A stream that is being read. */
export interface ReadingStream {
  stream: string;
  total: number;
  /** Records to be expected, as far as that is known. */
  expected: number | undefined;
}

/** How far a source is with the stream that it reads, out of several. */
export class ReadingProgress {
  private reading: ReadingStream | undefined;
  private number = 0;
  private rate = new RecentRate();
  private counted = 0;
  private grewAtMs = 0;

  constructor(
    private readonly streams: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** A stream is begun. */
  next(reading: ReadingStream): void {
    this.reading = reading;
    this.number += 1;
    this.rate = new RecentRate();
    this.rate.at(this.now(), 0);
    this.counted = 0;
    this.grewAtMs = this.now();
  }

  look(): Progress {
    if (!this.reading) return { parts: ["starting"] };
    const { stream, total, expected } = this.reading;
    const nowMs = this.now();
    if (total !== this.counted) {
      this.counted = total;
      this.grewAtMs = nowMs;
    }
    const of = expected === undefined || total > expected ? "" : ` of about ${countText(expected)}`;
    return {
      subject: this.streams > 1 ? `${stream} (stream ${this.number} of ${this.streams})` : stream,
      parts: [
        recordsText(total, of),
        rateText(this.rate.at(nowMs, total)),
        ...(nowMs - this.grewAtMs >= quietMs ? ["waiting for Braze"] : []),
      ],
    };
  }
}
