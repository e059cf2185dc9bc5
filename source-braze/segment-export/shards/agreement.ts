/** How the shards of a sync come to read the same export of a segment. */
import type { Segment } from "../../segments";
import type { Means } from "../job";
import { nothingRead, type SegmentProgress } from "../state";
import { ExportFollower } from "./follower";
import { ExportLeader } from "./leader";

/** The part of shard 0; undefined for all others. */
export const leaderOf = ({ id }: Segment, { sharing, storage, clock }: Means): ExportLeader | undefined =>
  sharing?.shard.index === 0 && storage ? new ExportLeader(storage, id, sharing, clock) : undefined;

/** Tells the other shards of an export, if there are any, and a state that they were told. */
export async function tell(
  leader: ExportLeader | undefined,
  progress: SegmentProgress,
  segment: Segment,
  { book }: Means,
): Promise<SegmentProgress> {
  if (leader === undefined) return progress;
  await leader.tell(progress);
  const told: SegmentProgress = { ...progress, told: true };
  await book.say(segment.id, told);
  return told;
}

/** An export goes on that an earlier sync began: the other shards have to hear of it, as far as they have not. */
export async function tellAgain(
  progress: SegmentProgress,
  segment: Segment,
  means: Means,
): Promise<SegmentProgress> {
  const leader = leaderOf(segment, means);
  if (!progress.told) return tell(leader, progress, segment, means);
  await leader?.renew(progress);
  return progress;
}

/**
 * The part of all shards but the first: waits until that one has requested an export.
 * @param request fingerprint of what this shard emits of it
 * @returns undefined for shard 0, and where there are no shards
 */
export async function followExport(
  segment: Segment,
  request: string,
  means: Means,
): Promise<SegmentProgress | undefined> {
  const { sharing, storage, book } = means;
  if (sharing === undefined || sharing.shard.index === 0 || storage === undefined) return undefined;
  const follower = new ExportFollower(segment, sharing, { ...means, storage });
  const { objectPrefix, exportedAt } = await follower.note();
  const progress: SegmentProgress = { objectPrefix, exportedAt, request, via: "storage", ...nothingRead };
  await book.say(segment.id, progress);
  await follower.take();
  return progress;
}
