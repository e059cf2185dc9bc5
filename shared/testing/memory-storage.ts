import { Readable } from "node:stream";
import { ObjectNotFoundError, type ObjectStorage, type StoredObject } from "../storage/storage";

/** A storage that remembers what was done to it, and fails when a test wants it to. */
export class MemoryStorage implements ObjectStorage {
  readonly location = "memory";
  readonly objects = new Map<string, Buffer>();
  /** `read KEY`, `write KEY`, `remove KEY`, in order. */
  readonly done: string[] = [];
  /** Awaited before anything is done; a test may throw here, or wait. */
  before: (action: string) => void | Promise<void> = () => undefined;

  async list(prefix: string): Promise<StoredObject[]> {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix)).sort();
    return found.map(([key, bytes]) => ({ key, sizeBytes: bytes.length }));
  }

  async read(key: string): Promise<Readable> {
    await this.log(`read ${key}`);
    const bytes = this.objects.get(key);
    if (!bytes) throw new ObjectNotFoundError(key);
    return Readable.from([bytes]);
  }

  async write(key: string, bytes: Buffer): Promise<void> {
    await this.log(`write ${key}`);
    this.objects.set(key, Buffer.from(bytes));
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.log(`remove ${key}`);
      this.objects.delete(key);
    }
  }

  close(): void {}

  /** What was done since the last call. */
  takeDone(): string[] {
    return this.done.splice(0);
  }

  private async log(action: string): Promise<void> {
    await this.before(action);
    this.done.push(action);
  }
}
