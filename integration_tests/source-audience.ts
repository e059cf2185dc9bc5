/** A segment whose users a test changes between incremental syncs. */
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import type { Finished } from "./harness";
import { type BrazeUser, plainUser, type Segment, type Workspace } from "./sandbox";
import { brazeIds, bucket, expectClean, type SourceWorld } from "./source-world";

/** A workspace with a segment of users that a test can change. */
export class Audience {
  readonly workspace: Workspace;
  readonly segment: Segment;
  readonly config: BrazeSourceConfig;
  private readonly gone = new Set<string>();
  private next = 0;

  /** @param change of `segment_export` */
  constructor(
    private readonly world: SourceWorld,
    size: number,
    usersPerFile = 10,
    change: object = {},
  ) {
    this.workspace = this.world.withStorage({ usersPerFile });
    this.segment = this.workspace.createSegment({
      name: "VIPs",
      filter: ({ braze_id }) => !this.gone.has(braze_id),
    });
    this.config = this.world.storageConfig(this.workspace, [this.segment]);
    // So few that they stay in one file: nothing can come late.
    const settle = size <= usersPerFile / 2 ? { settle_seconds: 0.15 } : {};
    this.config.segment_export = { ...this.config.segment_export, ...settle, ...change };
    this.add(size);
  }

  /** @returns the ids of the new users */
  add(count: number): string[] {
    const users = Array.from({ length: count }, (_, index) => plainUser(this.next + index));
    this.next += count;
    this.workspace.users.seed(users);
    return users.map(({ braze_id }) => String(braze_id));
  }

  change(brazeId: string, change: Partial<BrazeUser>): void {
    const user = [...this.workspace.users.all()].find(({ braze_id }) => braze_id === brazeId);
    Object.assign(user ?? {}, change);
  }

  remove(brazeId: string): void {
    this.gone.add(brazeId);
  }

  get ids(): string[] {
    return [...this.workspace.users.all()].map(({ braze_id }) => braze_id).filter((id) => !this.gone.has(id));
  }

  /** Syncs incrementally from what the last sync said. */
  sync(last?: Finished, options: { columns?: string[] } = {}): Promise<Finished> {
    return this.syncFrom(last?.stateFile ?? [], options);
  }

  /** Syncs incrementally from a state. */
  async syncFrom(state: object, options: { columns?: string[] } = {}): Promise<Finished> {
    const finished = await this.world.read(this.config, { incremental: true, state, ...options });
    expectClean(finished, this.config);
    return finished;
  }

  /** Objects of the segment's indexes, by key. */
  async indexObjects(): Promise<string[]> {
    const Prefix = `braze/root/_source-braze/segment_users/${this.segment.id}/`;
    const { Contents = [] } = await this.world.s3
      .client()
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    return Contents.map(({ Key = "" }) => Key);
  }
}

/** The sync emitted these users, each once, and its states count them. */
export function expectComplete(finished: Finished, ids: readonly unknown[]): void {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  expect(brazeIds(finished.records()).sort()).toEqual([...ids].sort());
  const counted = finished.states.reduce((sum, state) => sum + (state.sourceStats?.recordCount ?? 0), 0);
  expect(counted).toBe(ids.length);
}

/** Ids of the users that a sync reported as gone. */
export const leavers = (finished: Finished): unknown[] =>
  brazeIds(finished.records().filter(({ data }) => data.left_segment_at !== undefined));
