import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { DeltaIndex } from "../delta/delta-index";
import { partitions } from "../delta/partition";
import { profileMemory } from "./updates";

export const folder = "_braze/users/index/";
/** Users named by a number live in the part of that number. */
const partitionOf = (identity: string): number => Number(identity.split(":")[1]) % partitions;

/** The index of one stream in a storage in memory, and the syncs that use it. */
export class IndexWorld {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();

  async open(options: { fresh?: boolean; readOnly?: boolean } = {}): Promise<IndexSync> {
    const { log } = this.output.output;
    const index = new DeltaIndex(this.storage, folder, partitionOf, log, options.readOnly);
    await index.open(options.fresh ?? false);
    return new IndexSync(index);
  }

  /** One whole sync. @returns what was sent of each user, undefined for nothing */
  async sync(users: Record<number, JsonObject>): Promise<(JsonObject | undefined)[]> {
    const sync = await this.open();
    const sent = [];
    for (const [user, attributes] of Object.entries(users))
      sent.push(await sync.send(Number(user), attributes));
    await sync.index.store();
    return sent;
  }

  get warnings(): string[] {
    return this.output.messages().flatMap(({ log }) => (log?.level === "WARN" ? [log.message] : []));
  }
}

export class IndexSync {
  constructor(readonly index: DeltaIndex) {}

  async delta(user: number, attributes: JsonObject) {
    const identity = `external_id:${user}`;
    await this.index.prepare(identity);
    return this.index.delta(identity, profileMemory, attributes, "changed_attributes");
  }

  /** Sends to a Braze that accepts everything. */
  async send(user: number, attributes: JsonObject): Promise<JsonObject | undefined> {
    const delta = await this.delta(user, attributes);
    if (delta.kind === "unchanged") return undefined;
    await this.index.announce([{ identity: `external_id:${user}` }]);
    this.index.remember(`external_id:${user}`, delta.change);
    return delta.body;
  }
}
