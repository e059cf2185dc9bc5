import { configError } from "@braze-connectors/shared/airbyte/errors";
import { notOffered, refusals, statusError } from "@braze-connectors/shared/braze/errors";
import { isObject } from "@braze-connectors/shared/json";
import type { Braze } from "./braze";

/** A segment as people know it, or the global control group. */
export interface Segment {
  id: string;
  /** undefined when the API key may not read it. */
  name: string | undefined;
  /** The control group has a segment identifier, too, but Braze's API tells it to nobody. */
  isControlGroup?: boolean;
}

/** The workspace's global control group, as far as exports are concerned. */
export const controlGroup: Segment = { id: "global_control_group", name: undefined, isControlGroup: true };

/** For messages: `"VIPs" (3cd5ddbb-…)`. */
export function describeSegment({ id, name, isControlGroup }: Segment): string {
  if (isControlGroup) return "the global control group";
  return name === undefined ? `segment ${id}` : `segment "${name}" (${id})`;
}

/** As many wrong or right names as a sentence can hold. */
const namesInMessage = 20;
/** A page that is not full is the last one. https://www.braze.com/docs/api/endpoints/export/segments/get_segment */
const pageSize = 100;
const mostPages = 1000;

/**
 * Looks the configured segments up, archived ones too: `/segments/list` leaves those out, `/segments/details`
 * does not. Falls back to the list when the key lacks `segments.details` or the instance has no such endpoint.
 * @throws config_error that names every identifier that Braze does not know
 */
export async function findSegments(
  braze: Braze,
  ids: readonly string[],
  warn: (message: string) => void,
): Promise<Segment[]> {
  const found = await Promise.all(ids.map((id) => findByDetails(braze, id)));
  if (found.every((segment) => typeof segment === "object")) return found;
  const list = await listSegments(braze);
  const listed = (id: string): Segment | undefined => list?.find((segment) => segment.id === id);
  const unanswered = found.some((segment) => segment === "forbidden" || segment === "not found");
  if (unanswered && list === undefined) {
    warn(
      "The names of the segments can't be read: the API key has neither the permission segments.details nor segments.list, or this instance does not offer them. Whether the segments exist shows when they are exported; the column segment_name stays empty.",
    );
  }
  const isUnknown = (segment: Lookup | undefined): boolean =>
    segment === "unknown" || (segment === "not found" && list !== undefined);
  const unknown = ids.filter((id, index) => isUnknown(found[index]) && !listed(id));
  if (unknown.length > 0) throw unknownSegments(unknown, list);
  const unlisted = ids.filter((id, index) => found[index] === "forbidden" && list && !listed(id));
  if (unlisted.length > 0) warn(notListed(unlisted));
  return found.map((segment, index) => {
    const id = ids[index] ?? "";
    // Not in the list may just mean archived: whether it exists shows when its export is requested.
    return typeof segment === "object" ? segment : (listed(id) ?? { id, name: undefined });
  });
}

/** A 404 ("not found") may be about the segment or about the endpoint. */
type Lookup = Segment | "unknown" | "not found" | "forbidden";

async function findByDetails(braze: Braze, id: string): Promise<Lookup> {
  const { status, body } = await braze.get("/segments/details", {
    query: { segment_id: id },
    permission: "segments.details",
    accept: [400, 404, ...refusals],
  });
  if (refusals.includes(status)) return "forbidden";
  if (status === 404) return "not found";
  if (status >= 400) return "unknown";
  return { id, name: isObject(body) && typeof body.name === "string" ? body.name : undefined };
}

/** All segments that are not archived; undefined when the key may not list them, or the instance can't. */
async function listSegments(braze: Braze): Promise<Segment[] | undefined> {
  const segments = new Map<string, Segment>();
  for (let page = 0; page < mostPages; page += 1) {
    const { status, body } = await braze.get("/segments/list", {
      query: { page },
      permission: "segments.list",
      accept: notOffered,
    });
    if (notOffered.includes(status)) return undefined;
    const entries = isObject(body) && Array.isArray(body.segments) ? body.segments : [];
    const before = segments.size;
    for (const entry of entries) {
      if (!isObject(entry) || typeof entry.id !== "string") continue;
      segments.set(entry.id, {
        id: entry.id,
        name: typeof entry.name === "string" ? entry.name : undefined,
      });
    }
    // Nothing new: the server answers every page alike.
    if (entries.length < pageSize || segments.size === before) break;
  }
  return [...segments.values()];
}

const notListed = (ids: readonly string[]): string =>
  `/segments/list does not have ${ids.join(", ")}, so "segment_ids" may hold a mistake; or what it names is archived, which only a key with the permission segments.details can find out. It shows when the export is requested.`;

function unknownSegments(ids: readonly string[], list: readonly Segment[] | undefined): Error {
  const one = ids.length === 1;
  const known =
    list === undefined || list.length === 0 || list.length > namesInMessage
      ? ""
      : ` The workspace has ${list.map(({ id, name }) => `"${name}" (${id})`).join(", ")}.`;
  return configError(
    `Braze knows no segment with the identifier${one ? "" : "s"} ${ids.join(", ")}: check "segment_ids", and that url and api_key belong to the segment${one ? "'s" : "s'"} workspace.${known}`,
    { help: "segment-unknown" },
  );
}

/** Facts about sizes are welcome, not needed: whatever the status, nothing is retried or failed for them. */
const noSize: readonly number[] = Array.from({ length: 200 }, (_, index) => 400 + index);
const daysLookedBack = 7;

/**
 * The size of a segment by the newest point of `/segments/data_series`, a daily series
 * (api/endpoints/export/segments/get_segment_analytics).
 * @returns undefined when Braze does not tell, "forbidden" when the key lacks segments.data_series
 */
export async function segmentSize(braze: Braze, id: string): Promise<number | undefined | "forbidden"> {
  const { status, body } = await braze.get("/segments/data_series", {
    query: { segment_id: id, length: daysLookedBack },
    permission: "segments.data_series",
    accept: noSize,
  });
  if (refusals.includes(status)) return "forbidden";
  return status >= 400 ? undefined : newestSize(body);
}

/** The size at the newest point of a series, in whatever order its points come. */
export function newestSize(body: unknown): number | undefined {
  const points = isObject(body) && Array.isArray(body.data) ? body.data : [];
  let newest: { time: number; size: number } | undefined;
  for (const point of points) {
    if (!isObject(point) || typeof point.size !== "number" || typeof point.time !== "string") continue;
    const time = Date.parse(point.time);
    if (newest === undefined || time >= newest.time) newest = { time, size: point.size };
  }
  return newest?.size;
}

const exportPath = "/users/export/segment";
const exportPermission = "users.export.segment";

/**
 * Finds out, without exporting anything, whether the API key may export segments: a request that names no
 * segment can only be refused, for its content (400) when the key is good, else for the key. Not documented,
 * but no other call needs this permission.
 * @throws config_error when the key is refused
 */
export async function probeExportPermission(braze: Braze): Promise<void> {
  const { status, body } = await braze.post(exportPath, {
    body: {},
    permission: exportPermission,
    accept: [400, 404, 422, ...refusals],
  });
  if (status === 404) await probeEndpoint(braze);
  if (!refusals.includes(status)) return;
  throw statusError(status, body, {
    method: "POST",
    path: exportPath,
    endpoint: braze.endpoint,
    permission: exportPermission,
  });
}

/** What keys for anything at all can usually read. */
const probed = [
  ["/segments/list", "segments.list"],
  ["/campaigns/list", "campaigns.list"],
  ["/canvas/list", "canvas.list"],
  ["/custom_attributes", "custom_attributes.get"],
] as const;

/**
 * Finds out whether Braze's API is there at all: where one endpoint is not, the key was looked at by nobody, and
 * the url may be wrong. Not every instance has every endpoint, so one that is there is enough.
 * @throws config_error when none is
 */
async function probeEndpoint(braze: Braze): Promise<void> {
  let missing: Error | undefined;
  for (const [path, permission] of probed) {
    const { status, body } = await braze.get(path, { permission, accept: notOffered });
    if (status !== 404) return;
    missing ??= statusError(status, body, { method: "GET", path, endpoint: braze.endpoint, permission });
  }
  throw missing;
}

/**
 * Finds out whether Braze knows the API key at all, whatever its permissions are. A 401 may mean either
 * (api/errors), and an endpoint that is not there (404) says nothing of the key, so a few are asked: one that
 * answers otherwise is enough.
 * @throws config_error when it does not
 */
export async function probeApiKey(braze: Braze): Promise<void> {
  let refusal: { status: number; error: Error } | undefined;
  for (const [path, permission] of probed) {
    const { status, body } = await braze.get(path, { permission, accept: notOffered });
    if (status !== 401 && status !== 404) return;
    if (refusal && (refusal.status === 401 || status === 404)) continue;
    const error = statusError(status, body, { method: "GET", path, endpoint: braze.endpoint, permission });
    refusal = { status, error };
  }
  throw refusal?.error;
}
