import { Readable } from "node:stream";
import {
  ObjectNotFoundError,
  type ObjectStorage,
  type StoredObject,
} from "@braze-connectors/shared/storage/storage";

export interface FakeObject {
  key: string;
  content: Buffer;
  /** When it appears, epoch ms; default: always there. */
  fromMs?: number;
  /** When it goes, epoch ms; default: never. */
  untilMs?: number;
  /** Reads that break off in the middle before one succeeds. */
  brokenReads?: number;
}

/** Storage whose objects come and go by the clock of a test. */
export class FakeStorage implements ObjectStorage {
  readonly location = "s3://bucket/root";
  readonly listings: string[] = [];
  readonly reads: string[] = [];

  constructor(
    private readonly now: () => number,
    readonly objects: FakeObject[] = [],
  ) {}

  async list(prefix: string): Promise<StoredObject[]> {
    this.listings.push(prefix);
    return this.present()
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ key, content }) => ({ key, sizeBytes: content.length }));
  }

  async read(key: string): Promise<Readable> {
    this.reads.push(key);
    const object = this.present().find((candidate) => candidate.key === key);
    if (!object) throw new ObjectNotFoundError(key);
    if (!object.brokenReads) return Readable.from([object.content]);
    object.brokenReads -= 1;
    return Readable.from([object.content.subarray(0, 5)]);
  }

  async write(key: string, content: Buffer): Promise<void> {
    await this.remove([key]);
    this.objects.push({ key, content });
  }

  async remove(keys: readonly string[]): Promise<void> {
    const kept = this.objects.filter(({ key }) => !keys.includes(key));
    this.objects.splice(0, this.objects.length, ...kept);
  }

  close(): void {}

  private present(): FakeObject[] {
    const now = this.now();
    return this.objects.filter(
      ({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }) => fromMs <= now && now < untilMs,
    );
  }
}
