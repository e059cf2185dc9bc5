import type { Json, JsonObject } from "../json";

/** docs: api/objects_filters/user_alias_object */
export interface UserAlias {
  alias_name: string;
  alias_label: string;
}

/** What an export says of one custom event or one product: first and last time (ISO 8601), how often. */
export interface Activity {
  name: string;
  first: string;
  last: string;
  count: number;
}

export type SubscriptionState = "opted_in" | "subscribed" | "unsubscribed";

/**
 * A user profile as the sandbox keeps it. Top-level names are those of the exported user object
 * (docs: api/endpoints/export/user_data/post_users_segment, "Sample user export file output"),
 * so that a profile can be compared with an export by eye.
 */
export interface BrazeUser {
  /** 24 hex digits */
  braze_id: string;
  /** ISO 8601 */
  created_at: string;
  /** how the profile came to be (docs: post_users_segment) */
  created_from?: string;
  /** 0 to 9999 */
  random_bucket: number;
  external_id?: string;
  user_aliases: UserAlias[];
  first_name?: string;
  last_name?: string;
  email?: string;
  /** YYYY-MM-DD */
  dob?: string;
  home_city?: string;
  /** ISO 3166-1 alpha-2 */
  country?: string;
  phone?: string;
  /** ISO 639-1 */
  language?: string;
  /** IANA name */
  time_zone?: string;
  gender?: string;
  /** [longitude, latitude] */
  last_coordinates?: [number, number];
  email_subscribe?: SubscriptionState;
  email_opted_in_at?: string;
  email_unsubscribed_at?: string;
  push_subscribe?: SubscriptionState;
  push_opted_in_at?: string;
  push_unsubscribed_at?: string;
  total_revenue?: number;
  attributed_campaign?: string;
  attributed_source?: string;
  attributed_adgroup?: string;
  attributed_ad?: string;
  uninstalled_at?: string;
  custom_attributes: JsonObject;
  custom_events: Activity[];
  purchases: Activity[];
  devices?: JsonObject[];
  push_tokens?: JsonObject[];
  apps?: JsonObject[];
  campaigns_received?: JsonObject[];
  canvases_received?: JsonObject[];
  cards_clicked?: JsonObject[];

  // Written over the API, never exported.
  subscription_groups?: Record<string, "subscribed" | "unsubscribed">;
  /** SMS groups that the user has been asked to confirm. */
  double_opt_in_pending?: string[];
  /** External ids that renames have replaced: they still find the profile. */
  deprecated_external_ids?: string[];
  date_of_first_session?: string;
  date_of_last_session?: string;
  marked_email_as_spam_at?: string;
  email_open_tracking_disabled?: boolean;
  email_click_tracking_disabled?: boolean;
  image_url?: string;
  facebook?: Json;
  twitter?: Json;

  /** Grows with every change in the workspace: the most recently updated profile has the highest. */
  updated_sequence: number;
}

/** A profile as tests and the demo write it down: whatever is missing is filled in. */
export type SeedUser = Partial<BrazeUser>;
