import type { JsonObject } from "../../json";

/** The three lists of a /users/track request. */
export type InputArray = "attributes" | "events" | "purchases";

export function isInputArray(array: BatchArray): array is InputArray {
  return array === "attributes" || array === "events" || array === "purchases";
}

/** The lists of requests in which single objects can be refused. */
export type BatchArray =
  | InputArray
  | "user_aliases"
  | "alias_updates"
  | "aliases_to_identify"
  | "emails_to_identify"
  | "phone_numbers_to_identify"
  | "merge_updates"
  | "external_id_renames"
  | "recipients";

/** An event as it was accepted. */
export interface RecordedEvent {
  /** profile it was recorded on */
  braze_id: string;
  name: string;
  /** ISO 8601, never in the future */
  time: string;
  app_id?: string;
  properties?: JsonObject;
}

/** A purchase as it was accepted. */
export interface RecordedPurchase {
  braze_id: string;
  product_id: string;
  currency: string;
  price: number;
  quantity: number;
  time: string;
  app_id?: string;
  properties?: JsonObject;
}

/** Something of an accepted object that Braze drops without a word. */
export interface DroppedUpdate {
  array: InputArray;
  index: number;
  /** attribute, or undefined when the whole object was dropped */
  key?: string;
  reason: string;
}

/** A refused object, as it stands in `errors`. */
export interface RejectedObject {
  array: BatchArray;
  index: number;
  reason: string;
  object: JsonObject;
}
