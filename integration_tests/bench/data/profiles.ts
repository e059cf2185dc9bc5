/** Deterministic profiles with 12 attributes, as a CRM would bring them. */

const firstNames = ["Ada", "Bjørn", "Chloé", "Dmitri", "Emeka", "Fatima", "Grace", "Hiroshi", "Inès", "João"];
const lastNames = [
  "Müller",
  "Smith",
  "García",
  "Tanaka",
  "Okafor",
  "Rossi",
  "Nowak",
  "Kim",
  "Dubois",
  "Silva",
];
const countries = ["DE", "US", "ES", "JP", "NG", "IT", "PL", "KR", "FR", "BR"];
const languages = ["de", "en", "es", "ja", "en", "it", "pl", "ko", "fr", "pt"];
const plans = ["free", "basic", "plus", "premium"];
const interests = ["running", "cooking", "travel", "chess", "gardening", "cinema", "cycling"];

const firstDayMs = Date.UTC(2025, 0, 1);
const minuteMs = 60_000;

/** A number from 0 to 2^32-1 that looks random and is always the same for an index. */
function scrambled(index: number): number {
  let mixed = Math.imul(index + 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const pick = (list: readonly string[], number: number): string => list[number % list.length] as string;

/** @param changes how often an attribute of the profile has changed since it was first sent */
export function profile(index: number, changes = 0): object {
  const random = scrambled(index);
  const first = pick(firstNames, random);
  const last = pick(lastNames, random >>> 4);
  return {
    external_id: `user-${String(index).padStart(9, "0")}`,
    first_name: first,
    last_name: last,
    email: `${first}.${last}.${index}@example.com`.toLowerCase(),
    phone: `+4915${String(random).padStart(10, "0")}`,
    country: pick(countries, random >>> 4),
    language: pick(languages, random >>> 4),
    plan: pick(plans, random >>> 8),
    loyalty_points: (random % 20_000) + changes,
    lifetime_value: (random % 1_000_000) / 100,
    newsletter: (random & 64) === 0,
    last_order_at: new Date(firstDayMs + (random % 700_000) * minuteMs).toISOString(),
    interests: [pick(interests, random >>> 3), pick(interests, (random >>> 3) + 2)],
  };
}

export const recordsPerState = 10_000;

/** The columns of the stream, for the catalog. */
export const columns: readonly string[] = Object.keys(profile(0));

/** What a source would say: one RECORD a profile, and a STATE every 10,000. */
export function* profileMessages(
  count: number,
  changesOf: (index: number) => number = () => 0,
): Generator<string> {
  for (let index = 0; index < count; index++) {
    const data = JSON.stringify(profile(index, changesOf(index)));
    yield `{"type":"RECORD","record":{"stream":"profiles","data":${data},"emitted_at":1764000000000}}\n`;
    if ((index + 1) % recordsPerState === 0 || index + 1 === count) {
      yield `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"profiles"},"stream_state":{"position":${index + 1}}},"sourceStats":{"recordCount":${recordsPerState}.0}}}\n`;
    }
  }
}
