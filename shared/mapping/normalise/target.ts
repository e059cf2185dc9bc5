import type { Json } from "../../json";
import { isoDate, isoMoment } from "./dates";
import type { Normaliser } from "./normaliser";

/** An identifier given as a number; digits that a number can't hold are gone already and stay visible. */
function asText(value: Json): Json {
  if (typeof value !== "number" || (Number.isInteger(value) && !Number.isSafeInteger(value))) return value;
  return String(value);
}

/** For fields of which blank text can only mean that there is no value. */
const textOrNull =
  (normalise: (text: string) => Json): Normaliser =>
  (value) => {
    if (typeof value !== "string") return value;
    const text = value.trim();
    return text === "" ? null : normalise(text);
  };

const trimmed = textOrNull((text) => text);
const phone: Normaliser = (value) => trimmed(asText(value));
const country = textOrNull((text) => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : text));
const language = textOrNull((text) => (/^[a-z]{2}$/i.test(text) ? text.toLowerCase() : text));
const currency = textOrNull((text) => (/^[a-z]{3}$/i.test(text) ? text.toUpperCase() : text));
const birthday = textOrNull((text) => isoDate(text) ?? isoMoment(text)?.slice(0, 10) ?? text);

/** A date alone is its midnight in UTC, as Braze takes it. */
const moment = textOrNull((text) => {
  const date = isoDate(text);
  return date === undefined ? (isoMoment(text) ?? text) : `${date}T00:00:00Z`;
});
const dateOrMoment = textOrNull((text) => isoDate(text) ?? isoMoment(text) ?? text);

/** Words for the letters of user_attributes_object; null is what Braze documents for unknown. */
const genders = new Map<string, Json>([
  ["m", "M"],
  ["male", "M"],
  ["man", "M"],
  ["f", "F"],
  ["female", "F"],
  ["woman", "F"],
  ["o", "O"],
  ["other", "O"],
  ["non-binary", "O"],
  ["nonbinary", "O"],
  ["n", "N"],
  ["not applicable", "N"],
  ["p", "P"],
  ["prefer not to say", "P"],
  ["prefers not to say", "P"],
  ["u", null],
  ["unknown", null],
]);

const gender = textOrNull((text) => {
  const letter = genders.get(text.toLowerCase().replaceAll(/[\s_]+/g, " "));
  return letter === undefined ? text : letter;
});

const subscriptions = new Set(["opted_in", "subscribed", "unsubscribed"]);

const subscription = textOrNull((text) => {
  const state = text.toLowerCase().replaceAll(/[\s-]+/g, "_");
  return subscriptions.has(state) ? state : text;
});

/** Profile fields of users. (user_attributes_object: Braze user profile fields.) */
export const profileFieldNormalisers: ReadonlyMap<string, Normaliser> = new Map([
  ["country", country],
  ["date_of_first_session", dateOrMoment],
  ["date_of_last_session", dateOrMoment],
  ["dob", birthday],
  ["email", trimmed],
  ["email_subscribe", subscription],
  ["first_name", asText],
  ["gender", gender],
  ["home_city", asText],
  ["language", language],
  ["last_name", asText],
  ["marked_email_as_spam_at", dateOrMoment],
  ["phone", phone],
  ["push_subscribe", subscription],
  ["time_zone", trimmed],
]);

/** Fields of events. (event_object.) */
export const eventFieldNormalisers: ReadonlyMap<string, Normaliser> = new Map([
  ["name", asText],
  ["time", moment],
]);

/** Fields of purchases. (purchase_object.) */
export const purchaseFieldNormalisers: ReadonlyMap<string, Normaliser> = new Map([
  ["currency", currency],
  ["product_id", asText],
  ["time", moment],
]);

/** Identifiers; an external_id is nobody's to trim. */
export const identifierNormalisers: ReadonlyMap<string, Normaliser> = new Map([
  ["email", trimmed],
  ["phone", phone],
]);
