import { profile } from "./profiles";

/** An exported user of about 1.5 KB, as a line of an export file (post_users_segment). */
export function exportedUser(index: number): string {
  const { external_id, first_name, last_name, email, phone, country, language, ...custom } = profile(
    index,
  ) as Record<string, unknown>;
  const id = index.toString(16).padStart(24, "0");
  const seen = "2026-05-04T10:00:00.000Z";
  const campaigns = [0, 1, 2].map((number) => ({
    name: `Newsletter ${(index + number) % 500}`,
    api_campaign_id: `c${id}${number}`,
    last_received: seen,
    engaged: { opened_email: index % 2 === 0, clicked_email: index % 7 === 0 },
    converted: index % 11 === 0,
    variation_name: `Variant ${number}`,
    in_control: false,
  }));
  return JSON.stringify({
    external_id,
    braze_id: id,
    first_name,
    last_name,
    email,
    phone,
    country,
    language,
    created_at: seen,
    random_bucket: index % 10_000,
    time_zone: "Europe/Berlin",
    email_subscribe: "opted_in",
    push_subscribe: "subscribed",
    total_revenue: index % 1000,
    custom_attributes: custom,
    custom_events: [{ name: "viewed_product", first: seen, last: seen, count: index % 40 }],
    purchases: [{ name: `sku-${index % 5000}`, first: seen, last: seen, count: 1 }],
    apps: [
      {
        name: "Shop",
        platform: "iOS",
        version: "7.3.1",
        sessions: index % 90,
        first_used: seen,
        last_used: seen,
      },
    ],
    devices: [
      { model: "iPhone 15", os: "iOS 18.4", carrier: null, idfv: `${id}-device`, ad_tracking_enabled: true },
    ],
    campaigns_received: campaigns,
  });
}
