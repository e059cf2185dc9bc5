import { isObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { allParts } from "./partition";

/**
 * The parts of an index whose profiles a sync has changed in Braze but not stored yet. While the object
 * is there, those parts of the stored index are behind the truth.
 */
export class TouchedParts {
  private readonly parts = new Set<number>();
  private writing: Promise<void> | undefined;
  private stored = 0;

  constructor(
    private readonly storage: ObjectStorage,
    readonly key: string,
  ) {}

  /** What an interrupted sync left; all parts when that can't be read. */
  async left(): Promise<number[]> {
    try {
      const value: unknown = JSON.parse((await readAll(this.storage, this.key)).toString());
      const parts = isObject(value) && Array.isArray(value.parts) ? value.parts : allParts;
      return allParts.filter((partition) => parts.includes(partition));
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return [];
      if (error instanceof SyntaxError) return [...allParts];
      throw error;
    }
  }

  /** Whether all parts are there already: then nothing more can be added. */
  get isWhole(): boolean {
    return this.stored === allParts.length;
  }

  /** Adds parts. Await what is returned, if anything: it resolves when they are durable. */
  add(parts: readonly number[]): Promise<void> | undefined {
    for (const part of parts) this.parts.add(part);
    if (this.parts.size === this.stored) return undefined;
    // One write at a time; whoever comes meanwhile goes into the next one.
    this.writing = (this.writing ?? Promise.resolve()).then(() => this.write());
    return this.writing;
  }

  async clear(): Promise<void> {
    this.parts.clear();
    this.stored = 0;
    await this.storage.remove([this.key]);
  }

  private async write(): Promise<void> {
    const parts = [...this.parts];
    if (parts.length === this.stored) return;
    await this.storage.write(this.key, Buffer.from(`${JSON.stringify({ version: 1, parts })}\n`));
    this.stored = parts.length;
  }
}
