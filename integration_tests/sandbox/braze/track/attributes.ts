import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { BrazeUser } from "../user";
import { type MergeRules, mergedAttribute } from "./merge";
import { isLocation, NOT_BILLED, PROFILE_FIELDS, type ProfileContext } from "./profile-fields";

/**
 * Why Braze refuses an attributes object with an entry in `errors`, beyond its identity.
 * docs: post_user_track, "Endpoint-specific errors". The sentences for subscriptions and email are
 * Braze's own (seen in real answers), the others follow the table's descriptions.
 */
export function attributesError(object: JsonObject): string | undefined {
  const { email } = object;
  if (email !== undefined && email !== null && !(typeof email === "string" && isEmail(email))) {
    return "The value provided for the 'email' field is not a valid email.";
  }
  if (isWrongState(object.email_subscribe)) {
    return "'email_subscribe' must be 'subscribed', 'unsubscribed', or 'opted_in'";
  }
  if (isWrongState(object.push_subscribe)) {
    return "'push_subscribe' must be 'subscribed', 'unsubscribed', or 'opted_in'";
  }
  if (
    object.current_location !== undefined &&
    object.current_location !== null &&
    !isLocation(object.current_location)
  ) {
    return "'current_location' must be an object with 'longitude' and 'latitude'";
  }
  if (object.email_subscription_info !== undefined)
    return "'email_subscription_info' is not a valid attribute";
  if (object.subscription_groups !== undefined) return subscriptionGroupsError(object.subscription_groups);
  if (object.push_tokens !== undefined) return pushTokensError(object, object.push_tokens);
  return undefined;
}

export interface AppliedAttributes {
  /** As Braze would bill them: one for each attribute set, nested ones by their leaves. */
  dataPoints: number;
}

export interface AttributeContext extends ProfileContext {
  arrayElements: number;
  onDropped: (key: string, reason: string) => void;
  onCustomAttribute: (key: string, value: Json) => void;
}

/** Writes an attributes object that has passed `attributesError` onto a profile. */
export function applyAttributes(
  user: BrazeUser,
  object: JsonObject,
  context: AttributeContext,
): AppliedAttributes {
  const rules: MergeRules = {
    mergeObjects: object._merge_objects === true,
    arrayElements: context.arrayElements,
  };
  let dataPoints = 0;
  for (const key in object) {
    if (NOT_ATTRIBUTES.has(key)) continue;
    const value = object[key] as Json;
    const write = PROFILE_FIELDS.get(key);
    if (write !== undefined) {
      const dropped = write(user, value, context);
      if (dropped !== undefined) context.onDropped(key, dropped);
      else if (value !== null && !NOT_BILLED.has(key)) dataPoints += 1;
      continue;
    }
    dataPoints += applyCustomAttribute(user.custom_attributes, key, value, rules, context);
  }
  return { dataPoints };
}

function applyCustomAttribute(
  attributes: JsonObject,
  key: string,
  value: Json,
  rules: MergeRules,
  context: AttributeContext,
): number {
  if (key === "" || key.length > 255) {
    context.onDropped(key, "custom attribute keys have 1 to 255 characters");
    return 0;
  }
  const outcome = mergedAttribute(attributes[key], value, rules);
  if ("drop" in outcome) {
    context.onDropped(key, outcome.drop);
    return 0;
  }
  if ("remove" in outcome) {
    delete attributes[key];
    return 0;
  }
  attributes[key] = outcome.set;
  context.onCustomAttribute(key, outcome.set);
  return leaves(value);
}

/** Identifiers and flags, which are no attributes. Email and phone are attributes as well. */
const NOT_ATTRIBUTES = new Set([
  "external_id",
  "user_alias",
  "braze_id",
  "_update_existing_only",
  "_merge_objects",
  "push_token_import",
]);

/** Deliberately simple: Braze's own check is not documented. */
function isEmail(value: string): boolean {
  return value.length <= 255 && /^[^\s@"<>(),;:[\]\\]+@[^\s@.,]+(\.[^\s@.,]+)+$/.test(value);
}

function isWrongState(value: Json | undefined): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== "opted_in" &&
    value !== "subscribed" &&
    value !== "unsubscribed"
  );
}

function subscriptionGroupsError(groups: Json): string | undefined {
  if (!Array.isArray(groups)) return "'subscription_groups' must be an array";
  for (const group of groups) {
    if (
      !isJsonObject(group) ||
      group.subscription_group_id === undefined ||
      group.subscription_state === undefined
    ) {
      return "each item of 'subscription_groups' must have 'subscription_group_id' and 'subscription_state'";
    }
    const { subscription_group_id: id, subscription_state: state } = group;
    if (typeof id !== "string" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
      return "'subscription_group_id' must be a valid subscription group UUID";
    }
    if (state !== "subscribed" && state !== "unsubscribed") {
      return "'subscription_state' must be 'subscribed' or 'unsubscribed'";
    }
  }
  return undefined;
}

function pushTokensError(object: JsonObject, tokens: Json): string | undefined {
  if (!Array.isArray(tokens) || !tokens.every(isJsonObject))
    return "'push_tokens' must be an array of objects";
  if (object.push_token_import === true && object.external_id !== undefined) {
    return "token imports must include tokens and exclude 'external_id' and 'braze_id'";
  }
  for (const token of tokens) {
    if (typeof token.token !== "string") return "token import 'token' must be a string";
    if (typeof token.app_id !== "string") return "token import 'app_id' must be a valid app identifier";
    const { device_id: deviceId } = token;
    if (deviceId === undefined) continue;
    const bytes = typeof deviceId === "string" ? Buffer.byteLength(deviceId) : 0;
    if (bytes < 8 || bytes > 255) {
      return "token import with 'device_id' must have a device_id less than 255 bytes and at least 8 bytes";
    }
  }
  return undefined;
}

function leaves(value: Json): number {
  if (Array.isArray(value))
    return value.some(isJsonObject) ? value.reduce<number>((n, each) => n + leaves(each), 0) : 1;
  if (!isJsonObject(value)) return 1;
  let count = 0;
  for (const key in value) count += key.startsWith("$identifier") ? 0 : leaves(value[key] as Json);
  return count;
}
