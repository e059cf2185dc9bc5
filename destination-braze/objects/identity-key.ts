import type { JsonObject } from "@braze-connectors/shared/json";

/** An identity key (identity.ts) taken apart. */
export function kindAndValue(identity: string): { kind: string; value: string } {
  const colon = identity.indexOf(":");
  return { kind: identity.slice(0, colon), value: identity.slice(colon + 1) };
}

/** The alias of an identity of the kind user_alias. */
export function aliasOf(value: string): JsonObject {
  const [label, name] = JSON.parse(value) as [string, string];
  return { alias_name: name, alias_label: label };
}
