import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { ChangedProfiles } from "./changed-profiles";
import { forgottenFolder } from "./divisions";

/** What an index leaves where it is, and who has it open: `_braze/{stream}/index/000.bin`, `_braze/{stream}/lock/…`. */
const traces = /^(_braze\/[^/]+\/)(?:index|lock|shards)\//;

/**
 * The indexes of streams that are not in this sync. Nobody has them open here, and somebody else may: they are told
 * what to forget by notes that they find the next time they are opened.
 */
export class IndexesElsewhere {
  private found: Promise<ChangedProfiles[]> | undefined;

  /**
   * @param here folders of the streams of this sync
   * @param run names this run
   */
  constructor(
    private readonly storage: ObjectStorage,
    private readonly here: ReadonlySet<string>,
    private readonly run: string,
  ) {}

  /** Notes, durably, profiles of which Braze does not have any more what it had. @param profiles in threes of words */
  async note(profiles: ArrayLike<number>): Promise<void> {
    this.found ??= this.find();
    const notes = await this.found;
    await Promise.all(notes.map((own) => own.add(profiles)));
  }

  private async find(): Promise<ChangedProfiles[]> {
    const keys = (await this.storage.list("_braze/")).map(({ key }) => key);
    const folders = new Set(keys.flatMap((key) => traces.exec(key)?.[1] ?? []));
    return [...folders]
      .filter((folder) => !this.here.has(folder))
      .map((folder) => new ChangedProfiles(this.storage, forgottenFolder(folder), this.run));
  }
}
