import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { type Seal, SealedError } from "./sealed";

/** Sealed files in the storage. */
export class SealedFiles {
  private readonly complaints = new Set<string>();

  constructor(
    private readonly storage: ObjectStorage,
    private readonly seal: Seal,
    private readonly log: Logger,
    /** Whether nothing may be stored. */
    private readonly readOnly: boolean,
  ) {}

  async write(key: string, content: string): Promise<void> {
    if (!this.readOnly) await this.storage.write(key, await this.seal.close(content, key));
  }

  /** Keys of the files in a folder. */
  async list(folder: string): Promise<string[]> {
    return (await this.storage.list(folder)).map(({ key }) => key);
  }

  /**
   * Undefined for a file that is not there, or can't be opened; that is said in the log.
   * @param what what it says, for people
   */
  async readIfPossible(key: string, what: string): Promise<string | undefined> {
    try {
      return await this.seal.open(await readAll(this.storage, key), key);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      if (!(error instanceof SealedError)) throw error;
      if (!this.complaints.has(key)) {
        this.complaints.add(key);
        this.log.warn(
          `${this.storage.location}/${key} can't be used (${error.message}): it said ${what}; those profiles are not removed this time.`,
        );
      }
      return undefined;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (!this.readOnly) await this.storage.remove(keys);
  }
}
