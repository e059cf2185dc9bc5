import type { JsonObject } from "../json";

/** An entry of a list and its details in one; `archived` ones are left out of the lists. */
export interface Card {
  id: string;
  title: string;
  type?: string;
  tags?: string[];
  archived?: boolean;
}

export interface ContentBlock {
  content_block_id: string;
  name: string;
  content?: string;
  /** ISO 8601 */
  last_edited: string;
  tags?: string[];
  /** Texts by translation id, by the name of the locale. */
  translations?: Record<string, Record<string, string>>;
}

export interface EmailTemplate {
  email_template_id: string;
  template_name: string;
  subject?: string;
  body?: string;
  /** ISO 8601 */
  updated_at: string;
  tags?: string[];
}

export interface Catalog {
  name: string;
  description?: string;
  fields: { name: string; type: string }[];
  items: (JsonObject & { id: string })[];
  /** ISO 8601 */
  updated_at?: string;
}

export interface PreferenceCenter {
  preference_center_api_id: string;
  name: string;
  html?: string;
}

/** An integration of Cloud Data Ingestion with its past syncs. */
export interface Integration {
  integration_id: string;
  integration_name: string;
  syncs: JsonObject[];
}

export interface ScheduledBroadcast {
  id: string;
  name: string;
  type: "Campaign" | "Canvas";
  /** ISO 8601 */
  next_send_time: string;
}

/** What happened to an address or number, and when (ISO 8601). */
export interface Occurrence {
  who: string;
  at: string;
  reason?: string;
}

/** docs: user_guide/message_building_by_channel/…/subscription_groups */
export interface SubscriptionGroup {
  id: string;
  name: string;
  channel: "email" | "sms" | "whats_app";
}

export interface SdkKey {
  id: string;
  app_id: string;
  description: string;
  is_primary: boolean;
}

/** What a workspace holds beside users, segments, campaigns and Canvases. Tests push into the lists. */
export class Content {
  readonly cards: Card[] = [];
  readonly contentBlocks: ContentBlock[] = [];
  readonly emailTemplates: EmailTemplate[] = [];
  readonly catalogs: Catalog[] = [];
  readonly preferenceCenters: PreferenceCenter[] = [];
  readonly integrations: Integration[] = [];
  readonly scheduledBroadcasts: ScheduledBroadcast[] = [];
  readonly hardBounces: Occurrence[] = [];
  readonly unsubscribes: Occurrence[] = [];
  readonly invalidPhoneNumbers: Occurrence[] = [];
  readonly sdkKeys: SdkKey[] = [];
  readonly subscriptionGroups: SubscriptionGroup[] = [];
  /** Custom events and products beside those that were tracked. */
  readonly eventNames: string[] = [];
  readonly products: string[] = [];
}
