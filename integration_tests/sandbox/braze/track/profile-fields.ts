import { isJsonObject, type Json } from "../../json";
import type { BrazeUser, SubscriptionState } from "../user";
import type { IndexedUserStore } from "../user-store";
import { countryCode, isLanguage, isTimeZone } from "./known-values";
import { shortened } from "./merge";
import { isDay, parseTime } from "./times";

/** Where a profile field is written: the store keeps its indexes right, the time stamps opt-ins. */
export interface ProfileContext {
  users: IndexedUserStore;
  /** ISO 8601 */
  now: string;
}

/** Writes a value (null removes it), or says why Braze drops it in silence. */
type Writer = (user: BrazeUser, value: Json, context: ProfileContext) => string | undefined;

type TextField = "first_name" | "last_name" | "home_city" | "image_url";
type TimeField = "date_of_first_session" | "date_of_last_session" | "marked_email_as_spam_at";

/**
 * docs: user_attributes_object, "Braze user profile fields". Values that the page does not call an
 * error are dropped in silence (assumed, except country and time_zone, where the page says so).
 */
export const PROFILE_FIELDS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["first_name", text("first_name")],
  ["last_name", text("last_name")],
  ["home_city", text("home_city")],
  ["image_url", text("image_url")],
  ["date_of_first_session", time("date_of_first_session")],
  ["date_of_last_session", time("date_of_last_session")],
  ["marked_email_as_spam_at", time("marked_email_as_spam_at")],
  [
    "email",
    (user, value, { users }) => {
      users.setEmail(user, typeof value === "string" ? value : undefined);
      return undefined;
    },
  ],
  [
    "phone",
    (user, value, { users }) => {
      if (value !== null && typeof value !== "string") return "not a string";
      users.setPhone(user, value ?? undefined);
      return undefined;
    },
  ],
  [
    "dob",
    (user, value) => {
      if (value !== null && !isDay(value)) return "not a day (YYYY-MM-DD)";
      user.dob = value ?? undefined;
      return undefined;
    },
  ],
  [
    "gender",
    (user, value) => {
      if (value !== null && !(typeof value === "string" && /^[MFONP]$/.test(value)))
        return "not M, F, O, N or P";
      user.gender = value ?? undefined;
      return undefined;
    },
  ],
  [
    "country",
    (user, value) => {
      user.country = typeof value === "string" ? countryCode(value) : undefined;
      return user.country === undefined && value !== null ? "not a country: set to null" : undefined;
    },
  ],
  [
    "language",
    (user, value) => {
      if (value !== null && !(typeof value === "string" && isLanguage(value)))
        return "not an ISO 639-1 language";
      user.language = value ?? undefined;
      return undefined;
    },
  ],
  [
    "time_zone",
    (user, value) => {
      if (value !== null && !(typeof value === "string" && isTimeZone(value))) return "not a time zone";
      user.time_zone = value ?? undefined;
      return undefined;
    },
  ],
  [
    "current_location",
    (user, value) => {
      user.last_coordinates = isLocation(value) ? [value.longitude, value.latitude] : undefined;
      return undefined;
    },
  ],
  [
    "email_subscribe",
    (user, value, { users, now }) => {
      const state = subscription(value);
      // docs: post_user_track, "Set subscription groups": the change reaches all profiles with this email.
      const shared = user.email === undefined ? [user] : users.sharingEmail(user.email);
      for (const each of shared) {
        each.email_subscribe = state;
        if (state === "opted_in") each.email_opted_in_at = now;
        if (state === "unsubscribed") each.email_unsubscribed_at = now;
      }
      return undefined;
    },
  ],
  [
    "push_subscribe",
    (user, value, { now }) => {
      user.push_subscribe = subscription(value);
      if (user.push_subscribe === "opted_in") user.push_opted_in_at = now;
      if (user.push_subscribe === "unsubscribed") user.push_unsubscribed_at = now;
      return undefined;
    },
  ],
  ["email_open_tracking_disabled", flag("email_open_tracking_disabled")],
  ["email_click_tracking_disabled", flag("email_click_tracking_disabled")],
  ["facebook", hash("facebook")],
  ["twitter", hash("twitter")],
  [
    "push_tokens",
    (user, value) => {
      const tokens = new Map((user.push_tokens ?? []).map((token) => [token.token, token]));
      for (const entry of Array.isArray(value) ? value : []) {
        if (isJsonObject(entry)) {
          tokens.set(entry.token, {
            app: entry.app_id ?? null,
            platform: "Android",
            token: entry.token ?? null,
          });
        }
      }
      user.push_tokens = [...tokens.values()];
      return undefined;
    },
  ],
  [
    "subscription_groups",
    (user, value) => {
      const groups = { ...user.subscription_groups };
      for (const entry of Array.isArray(value) ? value : []) {
        if (!isJsonObject(entry) || typeof entry.subscription_group_id !== "string") continue;
        groups[entry.subscription_group_id] =
          entry.subscription_state === "subscribed" ? "subscribed" : "unsubscribed";
      }
      user.subscription_groups = groups;
      return undefined;
    },
  ],
  // Braze's page: "bio was removed several years ago and will not be processed as a custom attribute".
  ["bio", () => "no longer a profile field"],
]);

/** Not billed as data points (docs: user_guide/data/data_points): subscriptions and push tokens. */
export const NOT_BILLED: ReadonlySet<string> = new Set([
  "email_subscribe",
  "push_subscribe",
  "subscription_groups",
  "push_tokens",
]);

export function isLocation(value: unknown): value is { longitude: number; latitude: number } {
  return isJsonObject(value) && typeof value.longitude === "number" && typeof value.latitude === "number";
}

function subscription(value: Json): SubscriptionState | undefined {
  return value === "opted_in" || value === "subscribed" || value === "unsubscribed" ? value : undefined;
}

function text(field: TextField): Writer {
  return (user, value) => {
    if (value !== null && typeof value !== "string") return "not a string";
    user[field] = value === null ? undefined : shortened(value);
    return undefined;
  };
}

function time(field: TimeField): Writer {
  return (user, value) => {
    const epochMs = parseTime(value);
    if (value !== null && epochMs === undefined) return "not a time";
    user[field] = epochMs === undefined ? undefined : new Date(epochMs).toISOString();
    return undefined;
  };
}

function flag(field: "email_open_tracking_disabled" | "email_click_tracking_disabled"): Writer {
  return (user, value) => {
    if (value !== null && typeof value !== "boolean") return "not a boolean";
    user[field] = value ?? undefined;
    return undefined;
  };
}

function hash(field: "facebook" | "twitter"): Writer {
  return (user, value) => {
    if (value !== null && !isJsonObject(value)) return "not an object";
    user[field] = value ?? undefined;
    return undefined;
  };
}
