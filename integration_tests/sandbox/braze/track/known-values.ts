/** Lists that Braze checks profile fields against, taken from what Node's ICU knows. */

const regionNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const countriesByName = new Map<string, string>();
const countries = new Set<string>();
for (let first = 65; first <= 90; first += 1) {
  for (let second = 65; second <= 90; second += 1) {
    const code = String.fromCharCode(first, second);
    const name = regionNames.of(code);
    if (name === undefined || name === code) continue;
    countries.add(code);
    countriesByName.set(name.toLowerCase(), code);
  }
}

/**
 * docs: api/objects_filters/user_attributes_object, `country`: "best effort to map countries
 * received in different formats; if the input doesn't match, the country value is set to NULL".
 */
export function countryCode(value: string): string | undefined {
  const upper = value.toUpperCase();
  return countries.has(upper) ? upper : countriesByName.get(value.toLowerCase());
}

const currencies = new Set(Intl.supportedValuesOf("currency"));

/** ISO 4217, upper or lower case. */
export function isCurrency(value: unknown): value is string {
  return typeof value === "string" && currencies.has(value.toUpperCase());
}

const knownTimeZones = new Map<string, boolean>([
  // docs give this name as an example next to IANA's
  ["Eastern Time (US & Canada)", true],
]);

export function isTimeZone(value: string): boolean {
  const known = knownTimeZones.get(value);
  if (known !== undefined) return known;
  const valid = isIanaTimeZone(value);
  if (knownTimeZones.size < 10_000) knownTimeZones.set(value, valid);
  return valid;
}

function isIanaTimeZone(value: string): boolean {
  // Node also takes offsets such as +01:00, which are no IANA names.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** ISO 639-1, optionally with a region as in `pt-BR`. */
export function isLanguage(value: string): boolean {
  const code = /^([a-z]{2})([-_][A-Za-z]{2,4})?$/.exec(value)?.[1];
  return code !== undefined && languageNames.of(code) !== undefined;
}
