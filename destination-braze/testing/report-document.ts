import type { ReportDocument } from "../report/document";
import type { Sample } from "../report/series";

/** The report of a sync of ten minutes, with something in every part of it. */
export function reportDocument(change: Partial<ReportDocument> = {}): ReportDocument {
  return {
    version: 1,
    connector: "destination-braze/0.1.0",
    sync_id: "42",
    attempt: 0,
    status: "complete",
    failure: null,
    dry_run: false,
    started_at: "2026-01-02T03:04:05.000Z",
    ended_at: "2026-01-02T03:14:05.000Z",
    received: 1_204_310,
    accepted: 1_203_857,
    unchanged: 412_300,
    rejected: 453,
    requests: 10_604,
    objects: 791_557,
    objects_per_request: 74.65,
    data_points: { received: 9_634_480, sent: 1_402_551, undelivered: 0 },
    attributes: {
      email: { received: 1_203_857, sent: 20_410, undelivered: 0 },
      first_name: { received: 1_203_857, sent: 18_002, undelivered: 0 },
      loyalty_points: { received: 1_203_857, sent: 791_557, undelivered: 0 },
      home_city: { received: 1_100_000, sent: 0, undelivered: 0 },
      favourite_store_of_the_last_twelve_months: { received: 903_857, sent: 572_582, undelivered: 0 },
    },
    streams: {
      contacts: {
        object: "users",
        received: 1_200_000,
        accepted: 1_199_600,
        unchanged: 412_300,
        rejected: 400,
        rejected_by_reason: { missing_identifier: 320, invalid_value: 80 },
        notes: { "hold text that Braze cuts to 255 characters": 12 },
        removed: { known: 1_300_000, left: 1500, done: 1400, elsewhere: 90, failed: 10 },
      },
      orders: {
        object: "purchases, users",
        received: 4310,
        accepted: 4257,
        unchanged: 0,
        rejected: 53,
        rejected_by_reason: { refused_by_braze: 53 },
        notes: {},
      },
    },
    limit: { requests_per_3_seconds: 60, requests_per_hour: null },
    series: samples(600),
    waits: { limit: 0.62, answers: 0.08, records: 0.155, storage: 0.01 },
    answers: { "201": 10_590, "429": 12, none: 2 },
    slowest_requests: [
      { at_ms: 301_200, endpoint: "/users/track", status: null, duration_ms: 60_020, bytes: 54_310 },
      { at_ms: 12_400, endpoint: "/users/track", status: 201, duration_ms: 8120, bytes: 3_912_004 },
      { at_ms: 590_020, endpoint: "/users/export/ids", status: 201, duration_ms: 912, bytes: 640 },
    ],
    rejected_groups: [
      {
        stream: "contacts",
        code: "missing_identifier",
        message: "The record has no external_id, user_alias, braze_id, email or phone.",
        field: null,
        count: 320,
        examples: [
          {
            rejected_at: "2026-01-02T03:05:00.000Z",
            fields: { id: "null", first_name: "Xxxx", points: "999", tags: "list of 3" },
            more_fields: 12,
          },
        ],
      },
      {
        stream: "contacts",
        code: "invalid_value",
        message: "dob must be a day in the form 1980-12-21.",
        field: "dob",
        count: 80,
        examples: [
          {
            rejected_at: "2026-01-02T03:06:00.000Z",
            fields: { dob: "99/99/9999", id: "x9999999" },
            more_fields: 0,
          },
          {
            rejected_at: "2026-01-02T03:06:01.000Z",
            fields: { dob: "9999-99", id: "x9999999" },
            more_fields: 0,
          },
        ],
      },
      {
        stream: "orders",
        code: "refused_by_braze",
        message: "'currency' is not a currency that this workspace knows: …",
        field: null,
        count: 53,
        examples: [
          {
            rejected_at: "2026-01-02T03:13:00.000Z",
            fields: { external_id: "x9999999", product_id: "XXX-99-xxxxx", currency: "XXX", price: "99.99" },
            more_fields: 2,
          },
        ],
      },
    ],
    rejected_otherwise: 0,
    report_values: "masked",
    rejected_at: "s3://my-company-braze/sync/42/rejected/",
    rejected_unstored: 0,
    ...change,
  };
}

/** A second each: a quick start, a time when the limit is full, a pause, and an end with a few rejected ones. */
function samples(seconds: number): Sample[] {
  const all: Sample[] = [{ at_ms: 0, received: 0, delivered: 0, unchanged: 0, rejected: 0, requests: 0 }];
  for (let second = 1; second <= seconds; second++) {
    const last = all.at(-1) as Sample;
    const isPaused = second > 300 && second < 360;
    const ripple = 1 + Math.sin(second / 9) / 6 + Math.sin(second / 2.3) / 14;
    const pace = isPaused ? 0 : second < 20 ? second / 20 : second < 300 ? 1 : 0.6;
    const delivered = Math.round(1450 * pace * Math.min(1, ripple));
    all.push({
      at_ms: second * 1000,
      received: last.received + delivered + 700,
      delivered: last.delivered + delivered,
      unchanged: last.unchanged + Math.round(750 * pace * ripple),
      rejected: last.rejected + (second > 560 ? 120 : 0),
      requests: last.requests + Math.round(delivered / 74),
    });
  }
  return all;
}
