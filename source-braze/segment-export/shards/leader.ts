import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Clock } from "../../clock";
import { type ExportNote, parseNote, printNote } from "./export-note";
import { noteKey, notesFolder, type Sharing } from "./sharing";

/** An export that is known to have been requested. */
type Known = Pick<ExportNote, "objectPrefix" | "exportedAt">;

/**
 * Shard 0: it alone asks Braze for an export of the segment, for Braze runs one at a time, and two would have
 * different files. It leaves each of the others a note that says which one they read.
 */
export class ExportLeader {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly segmentId: string,
    private readonly sharing: Sharing,
    private readonly clock: Pick<Clock, "now">,
  ) {}

  /** Before a new export is requested: what lies there is of an earlier one. */
  async withdraw(): Promise<void> {
    const left = await this.storage.list(notesFolder(this.segmentId, this.sharing));
    if (left.length > 0) await this.storage.remove(left.map(({ key }) => key));
  }

  /** Tells all others of the export. */
  async tell(known: Known): Promise<void> {
    await Promise.all(this.others().map((key) => this.write(key, known)));
  }

  /** The export goes on in another sync: who has not taken the note yet is in that one, too. */
  async renew(known: Known): Promise<void> {
    await Promise.all(
      this.others().map(async (key) => {
        const note = await this.read(key);
        if (note?.objectPrefix === known.objectPrefix) await this.write(key, known);
      }),
    );
  }

  private others(): string[] {
    const { count } = this.sharing.shard;
    return Array.from({ length: count - 1 }, (_, index) => noteKey(this.segmentId, this.sharing, index + 1));
  }

  private async write(key: string, { objectPrefix, exportedAt }: Known): Promise<void> {
    const toldAt = new Date(this.clock.now()).toISOString();
    const note = { objectPrefix, exportedAt, sync: this.sharing.sync, toldAt };
    await this.storage.write(key, Buffer.from(printNote(note)));
  }

  private async read(key: string): Promise<ExportNote | undefined> {
    try {
      return parseNote((await readAll(this.storage, key)).toString());
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }
}
