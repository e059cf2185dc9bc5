import type { Endpoint } from "../objects/endpoint";
import type { BrazeObject } from "../objects/object";
import type { RateGroup } from "../objects/rate-groups";
import { findObject, objectNames } from "../objects/registry";
import { settingsOf } from "../settings";

const { limits } = settingsOf({ url: "https://rest.example.com", api_key: "key" });
const code = (text: string): string => `\`${text}\``;
const list = (texts: readonly string[]): string => [...new Set(texts)].map(code).join(", ");

/** What Braze documents (api/api_limits), as people say it. */
const limitOf: Readonly<Record<RateGroup, string>> = {
  track: "3,000 in 3 s (`limits`)",
  "subscription status": "5,000 a minute",
  "user identities": "20,000 a minute, together",
  "rename external ids": "1,000 a minute",
  "catalog items": "16,000 a minute",
  catalogs: "50 a minute",
  triggers: "250,000 an hour, together",
};

const pathOf = ({ method, path }: Endpoint): string => (method === "POST" ? path : `${method} ${path}`);

/** The row of an object in the README: where it goes, how it is written, what finds it, and what it needs. */
function objectRow({ name, slots, offer }: BrazeObject): string {
  const endpoints = slots.map(({ endpoint }) => endpoint);
  const [first] = endpoints;
  if (!first) throw new Error(`${name} goes nowhere`);
  const cells = [
    code(name),
    list(endpoints.map(pathOf)),
    list(offer.modes),
    list(offer.matchingKeys),
    String(first.batchLimits(limits).objectsPerRequest),
    limitOf[first.rateGroup],
    list(endpoints.map(({ permission }) => permission)),
  ];
  return `| ${cells.join(" | ")} |`;
}

export const objectRows = (): string[] =>
  objectNames.map((name) => {
    const object = findObject(name);
    if (!object) throw new Error(`${name} is no object`);
    return objectRow(object);
  });
