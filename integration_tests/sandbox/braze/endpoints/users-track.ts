import { isJsonObject, type JsonObject } from "../../json";
import { type Answer, type Call, type Endpoint, failure } from "../endpoint";
import { eventError, purchaseError } from "../track/activities";
import { attributesError } from "../track/attributes";
import { identify, identityKey } from "../track/identity";
import type { InputArray } from "../track/tracked";
import { type Accepted, TrackWriter } from "../track/writer";
import type { BrazeWorkspace, TrackCounts } from "../workspace";
import { write } from "../writing";

const ARRAYS: readonly InputArray[] = ["attributes", "events", "purchases"];
const NOTHING_VALID = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";

const BULK = { bytes: 2_000_000, objects: 1000, objectsPerUser: 100 };

interface TrackError extends JsonObject {
  type: string;
}

/** What tells /users/track and /users/track/bulk apart. */
interface Kind extends Pick<Endpoint, "path" | "permission" | "rateGroup"> {
  /** The answer that refuses a request for its size. */
  refusal: (call: Call, sent: Sent) => Answer | undefined;
}

const tracking = ({ refusal, ...kind }: Kind): Endpoint => ({
  ...kind,
  method: "POST",
  handle: async (call) => {
    const { workspace } = call;
    const sent = sentObjects(call.body);
    if (sent === undefined) return failure(400, NOTHING_VALID);
    const refused = refusal(call, sent);
    if (refused !== undefined) return refused;

    const errors: TrackError[] = [];
    const accepted: Accepted[] = [];
    let strays = 0;
    for (const array of ARRAYS) {
      for (const [index, object] of sent[array].entries()) {
        if (isStray(call, array, index, object)) strays += 1;
        else judge(call, array, index, object, accepted, errors);
      }
    }
    addStrayErrors(call, strays, errors);
    if (accepted.length === 0) return { status: 400, body: { message: NOTHING_VALID, ...listed(errors) } };
    await write(
      workspace,
      call.nowMs,
      () => accepted.map((each) => identityKey(each.identity)),
      () => applyAll(workspace, accepted),
    );
    return { status: 201, body: { ...processed(sent, accepted), message: "success", ...listed(errors) } };
  },
});

/** docs: api/endpoints/user_data/post_user_track */
export const usersTrack = tracking({
  path: "/users/track",
  permission: "users.track",
  rateGroup: "track",
  refusal: ({ workspace }, sent) =>
    isTooLong(sent, workspace) ? failure(400, "Max Input Length Exceeded") : undefined,
});

/** docs: api/endpoints/user_data/post_user_track_bulk; the sentences are assumed. */
export const usersTrackBulk = tracking({
  path: "/users/track/bulk",
  permission: "users.track.bulk",
  rateGroup: "track_bulk",
  refusal: ({ bodyBytes }, sent) => {
    if (bodyBytes > BULK.bytes) return failure(413, "Request Entity Too Large");
    const objects = ARRAYS.flatMap((array) => sent[array]);
    if (objects.length > BULK.objects) return failure(400, "Max Input Length Exceeded");
    const counts = new Map<string, number>();
    for (const object of objects) {
      const identity = isJsonObject(object) ? identify(object) : "";
      if (typeof identity === "string") continue;
      const key = identityKey(identity);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return Math.max(0, ...counts.values()) > BULK.objectsPerUser
      ? failure(400, `A user may have at most ${BULK.objectsPerUser} objects in a request`)
      : undefined;
  },
});

type Sent = Record<InputArray, unknown[]>;

/** undefined when there is no list with anything in it. */
function sentObjects(body: JsonObject): Sent | undefined {
  const sent: Sent = { attributes: [], events: [], purchases: [] };
  for (const array of ARRAYS) {
    const list = body[array];
    if (Array.isArray(list)) sent[array] = list;
  }
  return ARRAYS.some((array) => sent[array].length > 0) ? sent : undefined;
}

/**
 * docs: api/errors, "Max Input Length Exceeded"; post_user_track and api/api_limits on the two ways
 * of counting.
 */
function isTooLong(sent: Sent, workspace: BrazeWorkspace): boolean {
  const { trackObjects, trackCount } = workspace.limits;
  const lengths = ARRAYS.map((array) => sent[array].length);
  const length =
    trackCount === "combined" ? lengths.reduce((sum, each) => sum + each, 0) : Math.max(...lengths);
  return length > trackObjects;
}

/** Puts an object among the accepted ones, or its error into the list. */
function judge(
  call: Call,
  array: InputArray,
  index: number,
  object: unknown,
  accepted: Accepted[],
  errors: TrackError[],
): void {
  const { workspace } = call;
  if (!isJsonObject(object)) {
    errors.push({ type: `'${array}' must be an array of objects`, input_array: array, index });
    workspace.noteRejection({ array, index, reason: "not an object", object: {} });
    return;
  }
  const identity = identify(object);
  const reason =
    typeof identity === "string"
      ? identity
      : (CHECKS[array](object) ?? workspace.faults.rejection(object, array));
  if (typeof identity === "string" || reason !== undefined) {
    const type = reason ?? String(identity);
    errors.push({ type, input_array: array, index });
    workspace.noteRejection({ array, index, reason: type, object });
    return;
  }
  accepted.push({ array, index, object, identity });
}

const CHECKS: Record<InputArray, (object: JsonObject) => string | undefined> = {
  attributes: attributesError,
  events: eventError,
  purchases: purchaseError,
};

const STRAY_REASON = "an object is not valid";

/** Whether the fault "error_without_index" refuses this object. */
function isStray({ workspace, fault }: Call, array: InputArray, index: number, object: unknown): boolean {
  if (fault?.kind !== "error_without_index" || !isJsonObject(object)) return false;
  if (fault.reject?.(object, array) !== true) return false;
  workspace.noteRejection({ array, index, reason: fault.reason ?? STRAY_REASON, object });
  return true;
}

/** The error that names no object: once for each stray, once anyway when the fault has no predicate. */
function addStrayErrors({ fault }: Call, strays: number, errors: TrackError[]): void {
  if (fault?.kind !== "error_without_index") return;
  const inputArray = fault.inputArray === undefined ? "attributes" : fault.inputArray;
  const error = {
    type: fault.reason ?? STRAY_REASON,
    ...(inputArray === null ? {} : { input_array: inputArray }),
  };
  for (let count = fault.reject === undefined ? 1 : strays; count > 0; count -= 1) errors.push({ ...error });
}

function listed(errors: TrackError[]): JsonObject {
  return errors.length === 0 ? {} : { errors };
}

/** Counts of what was queued, for the arrays that the request holds. */
function processed(sent: Sent, accepted: Accepted[]): JsonObject {
  const counts: TrackCounts = { attributes: 0, events: 0, purchases: 0 };
  for (const { array } of accepted) counts[array] += 1;
  const body: JsonObject = {};
  for (const array of ARRAYS) if (sent[array].length > 0) body[`${array}_processed`] = counts[array];
  return body;
}

/** docs: api/api_limits: attributes first, then events, then purchases; `accepted` is in that order. */
function applyAll(workspace: BrazeWorkspace, accepted: Accepted[]): void {
  const writer = new TrackWriter(workspace, workspace.clock());
  for (const each of accepted) writer.apply(each);
}
