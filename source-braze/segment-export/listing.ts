import type { ObjectStorage, StoredObject } from "@braze-connectors/shared/storage/storage";

/** Which export's files are looked for. */
export interface ExportPlace {
  /** undefined for the control group, whose folder shows only when it has files. */
  segmentId: string | undefined;
  /** `object_prefix` of Braze's answer. */
  objectPrefix: string;
  /** Epoch ms. */
  requestedAtMs: number;
}

const dayMs = 86_400_000;
/** Exports take hours at the most; days far behind the request are left to the search everywhere. */
const longestDays = 3;

const exportsFolder = "segment-export/";
/** Where all exports of a segment lie. */
export const segmentFolder = (segmentId: string): string => `${exportsFolder}${segmentId}/`;

/** The export's files for people: `segment-export/ID/YYYY-MM-DD/PREFIX/`. */
export const placeForPeople = (segmentId: string | undefined, objectPrefix: string): string =>
  `${segmentFolder(segmentId ?? "*")}*/${objectPrefix}/`;

/**
 * The days under which files of an export may lie. The folder is named after the day on which the export
 * finished (post_users_segment), in a time zone that is not documented: so from the day before the request
 * to the day after now.
 */
export function candidateDays(requestedAtMs: number, nowMs: number): string[] {
  const first = requestedAtMs - dayMs;
  const last = Math.min(nowMs, requestedAtMs + longestDays * dayMs) + dayMs;
  const days: string[] = [];
  for (let day = first; dayName(day) <= dayName(last); day += dayMs) days.push(dayName(day));
  return days;
}

const dayName = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** Lists the export's files under the days where they should be: a few small listings. */
export async function listExpected(
  storage: ObjectStorage,
  place: ExportPlace,
  nowMs: number,
): Promise<StoredObject[]> {
  const { segmentId, objectPrefix, requestedAtMs } = place;
  if (segmentId === undefined) return [];
  const listings = await Promise.all(
    candidateDays(requestedAtMs, nowMs).map((day) =>
      storage.list(`${segmentFolder(segmentId)}${day}/${objectPrefix}/`),
    ),
  );
  return listings.flat().filter(isFile);
}

/** The segment whose folder an object lies in. */
export const segmentIn = (key: string): string | undefined => key.split("/")[1];

/** Looks for the export's files among all that was ever exported of the segment: long, so only when need be. */
export async function listEverywhere(storage: ObjectStorage, place: ExportPlace): Promise<StoredObject[]> {
  const { segmentId } = place;
  const objects = await storage.list(segmentId === undefined ? exportsFolder : segmentFolder(segmentId));
  return objects.filter(({ key }) => key.split("/")[3] === place.objectPrefix).filter(isFile);
}

/** Consoles leave empty objects that stand for folders. */
const isFile = ({ key }: StoredObject): boolean => !key.endsWith("/");
