import { isJsonObject, type JsonObject } from "../../json";
import type { BrazeUser } from "../user";
import type { BrazeWorkspace } from "../workspace";
import { activityTime, countActivity } from "./activities";
import { type AttributeContext, applyAttributes } from "./attributes";
import { type Identity, resolve } from "./identity";
import type { InputArray } from "./tracked";

/** An object of /users/track that has no error. */
export interface Accepted {
  array: InputArray;
  index: number;
  object: JsonObject;
  identity: Identity;
}

/** Writes accepted objects onto profiles, at one moment. */
export class TrackWriter {
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
      this.writeAttributes(user, object);
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

  writeAttributes(user: BrazeUser, object: JsonObject): void {
    this.#workspace.dataPoints += applyAttributes(user, object, this.#context).dataPoints;
  }

  #drop(reason: string, key?: string): void {
    const { array = "attributes", index = 0 } = this.#current ?? {};
    this.#workspace.noteDropped({ array, index, reason, ...(key === undefined ? {} : { key }) });
  }
}
