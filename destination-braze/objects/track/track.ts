import { contentRefusals } from "@braze-connectors/shared/braze/errors";
import { envelopeBytes } from "../../pipeline/batch";
import { sizeOf, writeJson } from "../../pipeline/json-text";
import { mergeAttributes } from "../../pipeline/merge";
import { judge } from "../../pipeline/outcome";
import type { Outgoing } from "../../pipeline/update";
import type { Limits } from "../../settings";
import type { Endpoint, Memory, Slot } from "../endpoint";

/** The arrays of a /users/track request, in the order in which Braze processes them (api/api_limits). */
export const trackArrays = ["attributes", "events", "purchases"] as const;
export type TrackArray = (typeof trackArrays)[number];

/** What the bulk endpoint takes in a request (post_user_track_bulk). */
const mostBulkBytes = 2_000_000;

const comma = 0x2c;

/** Hot path: the texts are copied into the bytes that leave, once. */
function requestBody(objects: readonly Outgoing[]): Buffer {
  let sizeBytes = envelopeBytes;
  for (const outgoing of objects) sizeBytes += sizeOf(outgoing) + 1;
  const body = Buffer.allocUnsafe(sizeBytes);
  let at = body.write("{", 0, "latin1");
  for (const array of trackArrays) {
    let isFirst = true;
    for (const outgoing of objects) {
      if (outgoing.slot.list !== array) continue;
      if (!isFirst) body[at++] = comma;
      else at += body.write(`${at === 1 ? "" : ","}"${array}":[`, at, "latin1");
      isFirst = false;
      at += writeJson(outgoing, body, at);
    }
    if (!isFirst) at += body.write("]", at, "latin1");
  }
  at += body.write("}", at, "latin1");
  return body.subarray(0, at);
}

const common = {
  method: "POST",
  // Braze's own bulk importer marks its requests so.
  headers: { "x-braze-bulk": "true" },
  rateGroup: "track",
  accept: contentRefusals,
  inDoubt: "send again",
  ordered: true,
  batchLimits: (limits: Limits) =>
    limits.trackBulk
      ? { ...limits, maxRequestBytes: Math.min(limits.maxRequestBytes, mostBulkBytes) }
      : limits,
  replacedBy: ({ trackBulk }) => (trackBulk ? bulk : undefined),
  requestBody,
  judge,
} as const satisfies Partial<Endpoint>;

/** `POST /users/track` (api/endpoints/user_data/post_user_track). */
export const track: Endpoint = {
  name: "/users/track",
  path: "/users/track",
  permission: "users.track",
  ...common,
};

/** `POST /users/track/bulk`, a limited beta: the same objects, up to 1,000 users a request (post_user_track_bulk). */
const bulk = { path: "/users/track/bulk", permission: "users.track.bulk" } as const;

/** Where profiles, events and purchases go under the configured limits. */
export const trackUnder = ({
  trackBulk,
}: Pick<Limits, "trackBulk">): Pick<Endpoint, "path" | "permission"> => (trackBulk ? bulk : track);

/** How attributes are remembered: under their own names. */
export const profileMemory: Memory = {
  identifierOf: (identity) => identity.slice(0, identity.indexOf(":")),
  updatesOnly: (body) => body._update_existing_only === true,
  prefix: "",
};

/** Profile attributes (user_attributes_object). */
export const attributes: Slot = {
  name: "attributes",
  list: "attributes",
  endpoint: track,
  order: 0,
  dataPoints: "by attribute",
  repeatable: "by attribute",
  memory: profileMemory,
  merge: mergeAttributes,
};

/** Custom events (event_object). Braze never deduplicates them. */
export const eventSlot: Slot = {
  name: "events",
  list: "events",
  endpoint: track,
  order: 1,
  dataPoints: 1,
  repeatable: false,
};

/** Purchases (purchase_object). Braze never deduplicates them. */
export const purchaseSlot: Slot = {
  name: "purchases",
  list: "purchases",
  endpoint: track,
  order: 2,
  dataPoints: 1,
  repeatable: false,
};
