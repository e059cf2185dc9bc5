import type { SeedUser } from "./braze/user";
import { emptyObject, type JsonObject } from "./json";

/**
 * Profiles for demo, tests and load. The same index always gives the same profile, so that a test can
 * say what it expects without storing it. Dates are counted back from the day on which the process
 * started (UTC), because exports leave out activities older than 90 days.
 */

const DAY_MS = 86_400_000;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;

const FIRST_NAMES = [
  "Jane",
  "Zoë",
  "José",
  "Søren",
  "Ольга",
  "李",
  "さくら",
  "محمد",
  "שרה",
  "Ayşe",
  "नीता",
  "O'Brien",
];
const LAST_NAMES = [
  "Doe",
  "Müller-Lüdenscheidt",
  "García",
  "Ångström",
  "Иванова",
  "小龙",
  "田中",
  "الفارسي",
  "כהן",
  "Şahin",
  "Þórsdóttir",
  "de la Cruz",
];
const CITIES = ["Chicago", "São Paulo", "Zürich", "Łódź", "東京", "القاهرة", "Αθήνα", "Reykjavík"];
const COUNTRIES = ["US", "BR", "CH", "PL", "JP", "EG", "GR", "IS"];
const LANGUAGES = ["en", "pt", "de", "pl", "ja", "ar", "el", "is"];
const TIME_ZONES = [
  "America/Chicago",
  "America/Sao_Paulo",
  "Europe/Zurich",
  "Europe/Warsaw",
  "Asia/Tokyo",
  "Africa/Cairo",
  "Europe/Athens",
  "Atlantic/Reykjavik",
];
const INTERESTS = ["music", "sci-fi", "gardening", "日本料理", "vélo", "🎿", "chess", "true crime"];
const STATES = ["opted_in", "subscribed", "unsubscribed"] as const;

/** Twelve plain attributes and nothing else: what a load test sends. */
export function plainUser(index: number): SeedUser {
  return {
    external_id: `user-${index}`,
    braze_id: brazeId("a", index),
    email: `user-${index}@example.com`,
    first_name: pick(FIRST_NAMES, index),
    last_name: pick(LAST_NAMES, index),
    country: pick(COUNTRIES, index),
    language: pick(LANGUAGES, index),
    time_zone: pick(TIME_ZONES, index),
    created_at: dayBefore(index % 1000),
    custom_attributes: {
      loyalty_points: (index * 37) % 5000,
      plan: pick(["free", "plus", "pro"], index),
      is_member: index % 3 === 0,
      last_order_at: dayBefore(index % 365),
      average_basket: ((index * 7919) % 20_000) / 100,
      interests: [pick(INTERESTS, index), pick(INTERESTS, index + 3)],
    },
  };
}

/**
 * Realistic profiles with everything that has ever broken a pipeline, spread so that any hundred in a
 * row hold all of it. Some of their values Braze refuses or drops when they are written back.
 */
export function awkwardUser(index: number): SeedUser {
  const kind = index % 20;
  const user: SeedUser = {
    braze_id: brazeId("b", index),
    created_at: dayBefore(index % 1500),
    random_bucket: (index * 7919) % 10_000,
    ...identifiers(index, kind),
    first_name: pick(FIRST_NAMES, index),
    last_name: pick(LAST_NAMES, index * 5 + 1),
    home_city: pick(CITIES, index),
    country: pick(COUNTRIES, index),
    language: pick(LANGUAGES, index),
    time_zone: pick(TIME_ZONES, index),
    email_subscribe: pick(STATES, index),
    push_subscribe: pick(STATES, index + 1),
    custom_attributes: attributes(index, kind),
  };
  if (index % 3 === 0) user.gender = pick(["M", "F", "O", "N", "P"], index);
  if (index % 4 === 0) user.dob = dayBefore(7000 + (index % 15_000)).slice(0, 10);
  if (index % 5 === 0) user.last_coordinates = [-87.6 + (index % 100) / 10, 41.8 - (index % 50) / 10];
  if (index % 6 === 0) Object.assign(user, activities(index));
  if (index % 7 === 0) Object.assign(user, devices(index));
  if (index % 10 === 0) Object.assign(user, messages(index));
  if (user.email_subscribe === "opted_in") user.email_opted_in_at = dayBefore(index % 300);
  if (user.push_subscribe === "unsubscribed") user.push_unsubscribed_at = dayBefore(index % 200);
  return user;
}

/** Most have an external id and an email, as in real life; the others have what is left. */
function identifiers(index: number, kind: number): SeedUser {
  const alias = { alias_name: `device-${index}`, alias_label: "device_id" };
  switch (kind) {
    case 1: // alias only
      return { user_aliases: [alias] };
    case 2: // email only
      return { email: `only-email-${index}@example.com` };
    case 3: // no email, several aliases
      return {
        external_id: `crm/${index}?x=1&y=2#z`,
        user_aliases: [alias, { ...alias, alias_label: "店舗 id" }],
      };
    case 4: // an id that looks like a number, an address in capitals
      return { external_id: String(10_000_000_000 + index), email: `USER+${index}@Example.COM` };
    case 5: // an id with blanks and an emoji, a phone number
      return {
        external_id: `  user ${index} 🧑‍🚀`,
        phone: `+4420718${String(index % 100_000).padStart(5, "0")}`,
      };
    case 6: // anonymous: nothing but Braze's own id
      return {};
    default:
      return { external_id: `user-${index}`, email: `user-${index}@example.com` };
  }
}

function attributes(index: number, kind: number): JsonObject {
  const common: JsonObject = {
    loyalty_points: (index * 37) % 5000,
    plan: pick(["free", "plus", "pro"], index),
    is_member: index % 3 === 0,
    last_order_at: dayBefore(index % 365),
    interests: [pick(INTERESTS, index), pick(INTERESTS, index + 3)],
  };
  // Bare, so that `__proto__` becomes a key of its own.
  return Object.assign(emptyObject(), common, awkwardness(index, kind));
}

function awkwardness(index: number, kind: number): JsonObject {
  switch (kind) {
    case 7:
      return {
        favourite_song: {
          title: "Solea",
          artist: { name: "Miles Davis", born: 1926 },
          tags: ["jazz", "1960"],
        },
      };
    case 8:
      return {
        pets: [
          { id: 1, name: "Gus", born: { $time: "2019-05-04" } },
          { id: 2, name: "ジェラルド" },
        ],
      };
    case 9:
      return { bio_long: `${"a very long story ".repeat(30)}${index}` };
    case 10:
      return {
        big: Number.MAX_SAFE_INTEGER,
        huge: 9e15,
        tiny: -5e-324,
        negative_zero: -0,
        price: 0.1 + 0.2,
      };
    case 11:
      return {
        empty: "",
        blank: "   ",
        newline: "line one\nline two\r\n\ttabbed",
        quotes: `"double" and 'single' \\ back`,
      };
    case 12:
      return ownKeys([
        ["__proto__", "polluted?"],
        ["constructor", "Object"],
        ["toString", "not a function"],
        ["hasOwnProperty", true],
      ]);
    case 13:
      return { "key with spaces": "ok", "dotted.key": "ok", $dollar: "ok", ключ: "ok", "🔑": "ok" };
    case 14:
      return {
        rtl: "مرحبا بالعالم",
        mixed: "abc שלום def",
        emoji: "👩‍👩‍👧‍👦🏳️‍🌈",
        combining: "e\u0301 vs \u00e9",
      };
    case 15:
      return { many: Array.from({ length: 120 }, (_, position) => `item-${index}-${position}`) };
    case 16:
      return {
        date_only: "2020-02-29",
        with_zone: "2020-07-10T15:00:00+09:00",
        us_style: "12/31/1999",
        far: "2999-12-31",
      };
    case 17:
      return {
        controls: "null byte: \u0000, bell: \u0007, line separator: \u2028",
        lone_surrogate: "\ud83d",
      };
    case 18:
      return { empty_list: [], nested_empty: { list: [], object: {} }, numbers: [1, 2.5, -3] };
    case 19:
      return {
        looks_like_json: '{"a": 1}',
        looks_like_number: "00123",
        looks_like_null: "null",
        looks_like_bool: "true",
      };
    default:
      return {};
  }
}

/** Keys that an object literal would not take as its own. */
function ownKeys(entries: [string, string | boolean][]): JsonObject {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
  ) as JsonObject;
}

function activities(index: number): SeedUser {
  const count = 1 + (index % 9);
  return {
    custom_events: [
      { name: "Viewed Product", first: dayBefore(400 + (index % 100)), last: dayBefore(index % 20), count },
      { name: "カートに追加", first: dayBefore(30), last: dayBefore(index % 30), count: 1 },
    ],
    purchases: [{ name: `item_${index % 500}`, first: dayBefore(60), last: dayBefore(index % 60), count }],
    total_revenue: count * 19.99,
  };
}

function devices(index: number): SeedUser {
  return {
    apps: [
      {
        name: "MovieCanon",
        platform: "Android",
        version: "3.29.0",
        sessions: index % 1200,
        first_used: dayBefore(500),
        last_used: dayBefore(index % 50),
      },
    ],
    devices: [
      {
        model: "Pixel XL",
        os: "Android (Q)",
        carrier: null,
        device_id: `312ef2c1-83db-4789-967-${String(index).padStart(12, "0")}`,
        ad_tracking_enabled: true,
      },
    ],
    push_tokens: [
      { app: "MovieCanon", platform: "Android", token: `token-${index}`, notifications_enabled: true },
    ],
  };
}

function messages(index: number): SeedUser {
  return {
    campaigns_received: [
      {
        name: "Email Unsubscribe",
        api_campaign_id: "d72fdc84-ddda-44f1-a0d5-0e79f47ef942",
        last_received: dayBefore(index % 90),
        engaged: { opened_email: true },
        converted: index % 2 === 0,
        in_control: false,
        variation_name: "Variant 1",
        variation_api_id: "1bddc73a-a134-4784-9134-5b5574a9e0b8",
      },
    ],
    canvases_received: [
      {
        name: "Global Holdout",
        api_canvas_id: "46972a9d-dc81-473f-aa03-e3473b4ed781",
        last_received_message: dayBefore(index % 80),
        last_entered: dayBefore(index % 80),
        variation_name: "Variant 1",
        in_control: false,
        last_entered_control_at: null,
        steps_received: [
          {
            name: "Step",
            api_canvas_step_id: "43d1a349-c3c8-4be1-9fbe-ce708e4d1c39",
            last_received: dayBefore(index % 80),
          },
        ],
      },
    ],
    cards_clicked: [{ name: "Loyalty Promo" }],
    attributed_campaign: "braze_test_campaign_072219",
    attributed_source: "braze_test_source_072219",
    uninstalled_at: dayBefore(index % 40),
  };
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

function dayBefore(days: number): string {
  return new Date(TODAY_MS - days * DAY_MS).toISOString();
}

/** 24 hex digits, the first telling which family of the seed the profile belongs to. */
function brazeId(family: string, index: number): string {
  return family + index.toString(16).padStart(23, "0");
}
