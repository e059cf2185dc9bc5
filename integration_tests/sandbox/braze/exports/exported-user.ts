import { emptyObject, type Json, type JsonObject } from "../../json";
import type { Activity, BrazeUser, SeedUser } from "../user";

/**
 * Every valid `fields_to_export`, in the order of the sample output.
 * docs: api/endpoints/export/user_data/post_users_segment and post_users_identifier. `campaigns_received`,
 * `canvases_received` and `cards_clicked` are missing from the first page's table but part of its samples
 * and of the second page's list.
 */
export const EXPORT_FIELDS = [
  "created_at",
  "created_from",
  "external_id",
  "user_aliases",
  "braze_id",
  "random_bucket",
  "first_name",
  "last_name",
  "email",
  "dob",
  "home_city",
  "country",
  "phone",
  "language",
  "time_zone",
  "last_coordinates",
  "gender",
  "total_revenue",
  "attributed_campaign",
  "attributed_source",
  "attributed_adgroup",
  "attributed_ad",
  "push_subscribe",
  "email_subscribe",
  "custom_attributes",
  "custom_events",
  "purchases",
  "devices",
  "push_tokens",
  "apps",
  "campaigns_received",
  "canvases_received",
  "cards_clicked",
  "uninstalled_at",
] as const;

export type ExportField = (typeof EXPORT_FIELDS)[number];

const KNOWN: ReadonlySet<string> = new Set(EXPORT_FIELDS);

export function isExportField(name: string): name is ExportField {
  return KNOWN.has(name);
}

/** What an export request asks for. */
export interface Selection {
  fields: ExportField[];
  /** only these custom attributes; undefined: all, if `custom_attributes` is among the fields */
  customAttributes?: string[];
}

const ACTIVITY_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * The exported object of a profile: only what was asked for, and of that only what the profile has
 * ("we will include the least data possible"). Subscription fields bring their timestamps along.
 * `created_at` has the format of the documented sample output.
 */
export function exportedUser(user: SeedUser, selection: Selection, nowMs: number): JsonObject {
  const exported: JsonObject = {};
  for (const field of selection.fields) {
    switch (field) {
      case "created_at":
        if (user.created_at !== undefined) exported.created_at = sampleTime(user.created_at);
        break;
      case "custom_attributes":
        put(exported, field, user.custom_attributes);
        break;
      case "custom_events":
      case "purchases":
        put(exported, field, recent(user[field], nowMs));
        break;
      case "email_subscribe":
        put(exported, field, user.email_subscribe);
        put(exported, "email_opted_in_at", user.email_opted_in_at);
        put(exported, "email_unsubscribed_at", user.email_unsubscribed_at);
        break;
      case "push_subscribe":
        put(exported, field, user.push_subscribe);
        put(exported, "push_opted_in_at", user.push_opted_in_at);
        put(exported, "push_unsubscribed_at", user.push_unsubscribed_at);
        break;
      default:
        put(exported, field, user[field] as Json | undefined);
    }
  }
  if (selection.customAttributes !== undefined && !selection.fields.includes("custom_attributes")) {
    put(exported, "custom_attributes", chosen(user.custom_attributes, selection.customAttributes));
  }
  return exported;
}

export const EVERYTHING: Selection = { fields: [...EXPORT_FIELDS] };

/** Leaves out null, and lists and objects with nothing in them. */
function put(exported: JsonObject, field: string, value: Json | Activity[] | undefined): void {
  if (value === undefined || value === null) return;
  if (typeof value === "object" && isEmpty(value)) return;
  exported[field] = value as Json;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

function chosen(attributes: JsonObject | undefined, names: string[]): JsonObject {
  const few = emptyObject();
  for (const name of names) {
    if (attributes !== undefined && Object.hasOwn(attributes, name)) few[name] = attributes[name] as Json;
  }
  return few;
}

/** docs: post_users_segment: only activities of the last 90 days; their first and count are of all time. */
function recent(activities: Activity[] | undefined, nowMs: number): Activity[] | undefined {
  if (activities === undefined || activities.length === 0) return undefined;
  return activities.filter((activity) => Date.parse(activity.last) >= nowMs - ACTIVITY_DAYS * DAY_MS);
}

/** `2020-07-10 15:00:00.000 UTC`, from ISO 8601 */
function sampleTime(iso: string): string {
  return iso.endsWith("Z") ? `${iso.slice(0, 10)} ${iso.slice(11, -1)} UTC` : iso;
}

/** Keeps TypeScript honest: every exported field is a field of the profile. */
type Missing = Exclude<ExportField, keyof BrazeUser>;
const _everyFieldExists: [Missing] extends [never] ? true : Missing = true;
void _everyFieldExists;
