import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { beginningsKey } from "../journal/beginnings";
import { Journal } from "../journal/journal";
import type { TrackArray } from "../objects/track/track";
import type { Update } from "../pipeline/update";
import { recordWith, trackSlots } from "./updates";

export const folder = "_braze/events/journal/";

/** A journal's storage, and its runs one after the other. */
export class JournalWorld {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();
  /** Records that have come in the run. */
  received = 0;
  private runs = 0;

  /** A new run, after whatever became of the last one. */
  async open(discard = false): Promise<Journal> {
    this.runs += 1;
    this.received = 0;
    const run = `run${String(this.runs).padStart(3, "0")}`;
    const options = { storage: this.storage, folder, run, log: this.output.output.log };
    const journal = await Journal.open(options, discard);
    journal.receivedCount = () => this.received;
    return journal;
  }

  get files(): string[] {
    const keys = [...this.storage.objects.keys()].filter((key) => key.startsWith(folder));
    return keys.filter((key) => key !== beginningsKey(folder));
  }
}

/** An update of one user. */
export const update = (body: JsonObject, array: TrackArray = "events"): Update => ({
  record: recordWith(body),
  slot: trackSlots[array],
  identity: "external_id:1",
  body: { external_id: "1", ...body },
});
export const event = (number: number): Update => update({ name: "seen", properties: { number } });
export const points = (inc: number, rest: JsonObject = {}): Update =>
  update({ points: { inc }, ...rest }, "attributes");
