import { contentRefusals } from "@braze-connectors/shared/braze/errors";
import { jsonOf } from "../pipeline/json-text";
import { judge } from "../pipeline/outcome";
import type { Outgoing } from "../pipeline/update";
import type { Limits } from "../settings";
import type { BatchLimits, Endpoint, Slot } from "./endpoint";

/** Objects in a request of the endpoints beside /users/track: the same number on every page of them. */
export const objectsPerRequest = 50;
/** Requests under way to one of these endpoints: enough for their rates, which are lower than that of /users/track. */
const concurrentRequests = 8;

export const listLimits = (limits: Limits): BatchLimits => ({
  objectsPerRequest,
  countObjects: "combined",
  maxRequestBytes: limits.maxRequestBytes,
  concurrentRequests: Math.min(concurrentRequests, limits.concurrentRequests),
});

type Given = Pick<Endpoint, "path" | "permission" | "rateGroup"> & Partial<Endpoint>;

/**
 * An endpoint whose requests are lists of objects, each under the name of its slot. In what order Braze
 * takes the objects of a list is not documented for any of them.
 */
export const listEndpoint = (given: Given): Endpoint => ({
  name: given.path,
  method: "POST",
  accept: contentRefusals,
  inDoubt: "send again",
  ordered: false,
  batchLimits: listLimits,
  requestBody: (objects) => bodyOfLists(objects),
  judge,
  ...given,
});

/** @param members of the body beside the lists, as JSON text: `"campaign_id":"…"` */
export function bodyOfLists(objects: readonly Outgoing[], members: readonly string[] = []): string {
  const lists = new Map<string, string[]>();
  for (const outgoing of objects) {
    const { list: name } = outgoing.slot;
    const list = lists.get(name) ?? [];
    list.push(jsonOf(outgoing));
    lists.set(name, list);
  }
  const texts = [...lists].map(([name, list]) => `${JSON.stringify(name)}:[${list.join(",")}]`);
  return `{${[...members, ...texts].join(",")}}`;
}

/** A slot of an endpoint beside /users/track: no data points, nothing remembered. */
export const listSlot = (given: Pick<Slot, "name" | "endpoint"> & Partial<Slot>): Slot => ({
  order: 0,
  dataPoints: 0,
  repeatable: true,
  list: given.name,
  ...given,
});
