import { isJsonObject, type JsonObject } from "../../json";
import { type Call, type Endpoint, failure } from "../endpoint";
import { activityTime, countActivity, eventError, purchaseError } from "../track/activities";
import { type AttributeContext, applyAttributes, attributesError } from "../track/attributes";
import { type Identity, identify, identityKey, resolve } from "../track/identity";
import type { InputArray } from "../track/tracked";
import type { BrazeUser } from "../user";
import type { BrazeWorkspace, TrackCounts } from "../workspace";
import { write } from "../writing";

const ARRAYS: readonly InputArray[] = ["attributes", "events", "purchases"];
const NOTHING_VALID = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";

interface TrackError extends JsonObject {
  type: string;
}

interface Accepted {
  array: InputArray;
  index: number;
  object: JsonObject;
  identity: Identity;
}

/** docs: api/endpoints/user_data/post_user_track */
export const usersTrack: Endpoint = {
  method: "POST",
  path: "/users/track",
  permission: "users.track",
  rateGroup: "track",
  handle: async (call) => {
    const { workspace } = call;
    const sent = sentObjects(call.body);
    if (sent === undefined) return failure(400, NOTHING_VALID);
    if (isTooLong(sent, workspace)) return failure(400, "Max Input Length Exceeded");

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
};

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
  const nowMs = workspace.clock();
  const writer = new TrackWriter(workspace, nowMs);
  for (const each of accepted) writer.apply(each);
}

class TrackWriter {
  readonly #workspace: BrazeWorkspace;
  readonly #nowMs: number;
  readonly #context: AttributeContext;
  #current: Accepted | undefined;

  constructor(workspace: BrazeWorkspace, nowMs: number) {
    this.#workspace = workspace;
    this.#nowMs = nowMs;
    this.#context = {
      users: workspace.users,
      now: new Date(nowMs).toISOString(),
      arrayElements: workspace.limits.arrayElements,
      onDropped: (key, reason) => this.#drop(reason, key),
      onCustomAttribute: (key, value) => workspace.customAttributes.see(key, value),
    };
  }

  apply(accepted: Accepted): void {
    this.#current = accepted;
    const workspace = this.#workspace;
    workspace.accepted[accepted.array] += 1;
    if (!workspace.store) {
      workspace.dataPoints += 1;
      return;
    }
    const user = resolve(workspace.users, accepted.identity, accepted.object);
    if (user === undefined) {
      this.#drop("no such profile, and none is created");
      return;
    }
    this.#write(user, accepted);
    workspace.touch(user);
  }

  #write(user: BrazeUser, { array, object }: Accepted): void {
    const workspace = this.#workspace;
    if (array === "attributes") {
      workspace.dataPoints += applyAttributes(user, object, this.#context).dataPoints;
      return;
    }
    workspace.dataPoints += 1;
    const time = activityTime(object.time, this.#nowMs);
    const common = {
      braze_id: user.braze_id,
      time,
      ...(typeof object.app_id === "string" ? { app_id: object.app_id } : {}),
      ...(isJsonObject(object.properties) ? { properties: object.properties } : {}),
    };
    if (array === "events") {
      const name = String(object.name);
      workspace.events.push({ ...common, name });
      countActivity(user.custom_events, name, time);
      return;
    }
    const price = Number(object.price);
    const quantity = typeof object.quantity === "number" ? object.quantity : 1;
    const productId = String(object.product_id);
    workspace.purchases.push({
      ...common,
      product_id: productId,
      currency: String(object.currency),
      price,
      quantity,
    });
    // docs: purchase_object: "a quantity X is treated as X separate purchases"
    countActivity(user.purchases, productId, time, quantity);
    user.total_revenue = (user.total_revenue ?? 0) + price * quantity;
  }

  #drop(reason: string, key?: string): void {
    const { array = "attributes", index = 0 } = this.#current ?? {};
    this.#workspace.noteDropped({ array, index, reason, ...(key === undefined ? {} : { key }) });
  }
}
