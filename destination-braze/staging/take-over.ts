import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { DeltaIndex } from "../delta/delta-index";
import type { Undone } from "../delta/undone";
import type { Journal } from "../journal/journal";
import { batchKey } from "../journal/left-over";
import { findSlot } from "../objects/registry";
import { type LeftOver, toBeDelivered } from "./left-over";
import { type LeftPart, readPart } from "./left-parts";
import type { PartWriter, StagedBatch } from "./part-writer";

/** A stream and what earlier runs staged of it. */
export interface StagedStream {
  journal: Journal;
  index: Pick<DeltaIndex, "noteLeft">;
  leftParts: readonly LeftPart[];
}

/** Something that an earlier run staged and that is to be delivered now. */
export interface Restaged {
  object: LeftOver;
  /** Where it stands in this run's parts. */
  batch: StagedBatch;
}

/** Parts read at the same time; each may be some megabytes. */
const concurrency = 4;

/**
 * Makes what earlier runs staged and did not settle this run's own. It is written into parts of this
 * run, each object as a batch of its own; then the journals begin anew, with which the older parts stop
 * counting, and those are removed. Killed at any point of it, the next run finds the one or the other.
 * @param undone told of those whom Braze may have deleted, merged or renamed
 */
export async function takeOver(
  streams: ReadonlyMap<string, StagedStream>,
  writer: PartWriter,
  undone: Pick<Undone, "forget" | "note">,
  storage: ObjectStorage,
  log: Logger,
): Promise<Restaged[]> {
  const objects: LeftOver[] = [];
  const damaged = new Set<string>();
  for (const [stream, { journal, leftParts }] of streams) {
    const left = await read(stream, journal, leftParts, storage, log);
    objects.push(...left.objects);
    if (!left.isWhole) damaged.add(stream);
  }
  const restaged = toBeDelivered(objects).map((object) => {
    const { stream, slot, identity, also, body, fingerprints } = object;
    const staged = { slot, identity, also, json: JSON.stringify(body), fingerprints };
    const batch = writer.add(new Map([[stream, [staged]]]));
    // Once more when it has been delivered: those who remembered something meanwhile are wrong by then.
    batch.commit.undone.push(...undoneByLeftOver(object));
    return { object, batch };
  });
  for (const { commit } of new Set(restaged.map(({ batch }) => batch))) await commit.durable;
  for (const [stream, { index }] of streams)
    await index.noteLeft(profilesOf(stream, objects), !damaged.has(stream));
  const gone = objects.flatMap(undoneByLeftOver);
  undone.forget(gone);
  await undone.note(gone);
  for (const { journal, leftParts } of streams.values())
    await journal.takeOver(leftParts.map(({ key }) => key));
  return restaged;
}

/** Whether the index knows objects of this kind. */
const isRemembered = ({ slot }: LeftOver): boolean => findSlot(slot, "reject")?.memory !== undefined;

/** Of whom Braze may not have any more what it had, settled or not. */
const undoneByLeftOver = ({ slot, identity, also = [] }: LeftOver): string[] =>
  findSlot(slot, "reject")?.undoes ? [identity, ...also] : [];

/** Whose profiles were being changed, settled or not. */
const profilesOf = (stream: string, objects: readonly LeftOver[]): Set<string> =>
  new Set(
    objects
      .filter((object) => object.stream === stream && isRemembered(object))
      .map(({ identity }) => identity),
  );

async function read(
  stream: string,
  journal: Journal,
  leftParts: readonly LeftPart[],
  storage: ObjectStorage,
  log: Logger,
): Promise<{ objects: LeftOver[]; isWhole: boolean }> {
  const found: LeftOver[] = [];
  let isWhole = true;
  const counting = leftParts.filter(({ run }) => run === journal.leftRun);
  for (let from = 0; from < counting.length; from += concurrency) {
    const parts = counting.slice(from, from + concurrency).map(async (part) => {
      const { run, commit } = part;
      const left = await readPart(storage, part, log);
      isWhole &&= left.isWhole;
      journal.extendReach(left.reach);
      return left.objects.map((object) => ({
        ...object,
        stream,
        run,
        commit,
        settled: journal.wasSettled(batchKey(commit, object.batch)),
      }));
    });
    found.push(...(await Promise.all(parts)).flat());
  }
  return { objects: found, isWhole };
}
