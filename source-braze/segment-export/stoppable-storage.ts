import type { Readable } from "node:stream";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { orStopped } from "./or-stopped";

/**
 * Storage that nobody has to wait for once the host asked for a stop: S3 may take minutes to say that it
 * can't be reached. A write that is left alone may still happen; nothing counts that no state names.
 */
export class StoppableStorage implements ObjectStorage {
  readonly location: string;

  constructor(
    private readonly storage: ObjectStorage,
    private readonly stop: AbortSignal,
  ) {
    this.location = storage.location;
  }

  list(prefix: string): ReturnType<ObjectStorage["list"]> {
    return orStopped(this.storage.list(prefix), this.stop);
  }

  async read(key: string): Promise<Readable> {
    const opening = this.storage.read(key);
    try {
      return await orStopped(opening, this.stop);
    } catch (error) {
      opening.then(
        (body) => body.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  write(key: string, bytes: Buffer): Promise<void> {
    return orStopped(this.storage.write(key, bytes), this.stop);
  }

  remove(keys: readonly string[]): Promise<void> {
    return orStopped(this.storage.remove(keys), this.stop);
  }

  close(): void {
    this.storage.close();
  }
}
