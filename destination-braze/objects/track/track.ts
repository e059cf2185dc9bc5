import { jsonOf } from "../../pipeline/json-text";
import { mergeAttributes } from "../../pipeline/merge";
import { judge } from "../../pipeline/outcome";
import type { Limits } from "../../settings";
import type { Endpoint, Slot } from "../endpoint";

/** The arrays of a /users/track request, in the order in which Braze processes them (api/api_limits). */
export const trackArrays = ["attributes", "events", "purchases"] as const;
export type TrackArray = (typeof trackArrays)[number];

const common = {
  method: "POST",
  // Braze's own bulk importer marks its requests so.
  headers: { "x-braze-bulk": "true" },
  rateGroup: "track",
  accept: [400, 413],
  inDoubt: "send again",
  ordered: true,
  batchLimits: (limits: Limits) => limits,
  requestBody(objects) {
    let body = "";
    for (const array of trackArrays) {
      let members = "";
      for (const outgoing of objects) {
        if (outgoing.slot.name === array)
          members += members === "" ? jsonOf(outgoing) : `,${jsonOf(outgoing)}`;
      }
      if (members !== "") body += `${body === "" ? "" : ","}"${array}":[${members}]`;
    }
    return `{${body}}`;
  },
  judge,
} as const satisfies Partial<Endpoint>;

/** `POST /users/track` (api/endpoints/user_data/post_user_track). */
export const track: Endpoint = {
  name: "/users/track",
  path: "/users/track",
  permission: "users.track",
  ...common,
};

/** Profile attributes (user_attributes_object). */
export const attributes: Slot = {
  name: "attributes",
  endpoint: track,
  order: 0,
  dataPoints: "by attribute",
  repeatable: "by attribute",
  remembersBy: (identity) => identity.slice(0, identity.indexOf(":")),
  merge: mergeAttributes,
};

/** Custom events (event_object). Braze never deduplicates them. */
export const eventSlot: Slot = {
  name: "events",
  endpoint: track,
  order: 1,
  dataPoints: 1,
  repeatable: false,
};

/** Purchases (purchase_object). Braze never deduplicates them. */
export const purchaseSlot: Slot = {
  name: "purchases",
  endpoint: track,
  order: 2,
  dataPoints: 1,
  repeatable: false,
};
