/**
 * Columns of an exported user that /users/track does not take: what Braze itself gathers, and what the
 * source adds. (post_users_segment: fields to export; user_attributes_object: fields to write.)
 */
export const exportOnlyColumns: ReadonlySet<string> = new Set([
  "apps",
  "attributed_ad",
  "attributed_adgroup",
  "attributed_campaign",
  "attributed_source",
  "campaigns_received",
  "canvases_received",
  "cards_clicked",
  "created_at",
  "custom_events",
  "devices",
  "email_opted_in_at",
  "email_unsubscribed_at",
  "last_coordinates",
  "purchases",
  "push_opted_in_at",
  "push_tokens",
  "push_unsubscribed_at",
  "random_bucket",
  "total_revenue",
  "uninstalled_at",
  "exported_at",
  "left_segment_at",
  "segment_id",
  "segment_name",
]);

/** Whether a stream brings what `segment_users` of source-braze emits, also under a prefixed name. */
export function isSegmentExport(streamName: string, columns: readonly string[]): boolean {
  if (streamName === "segment_users") return true;
  return ["segment_id", "braze_id", "exported_at"].every((column) => columns.includes(column));
}
