import type { JsonObject } from "@braze-connectors/shared/json";

/** An identity key (identity.ts) taken apart. */
export function kindAndValue(identity: string): { kind: string; value: string } {
  const colon = identity.indexOf(":");
  return { kind: identity.slice(0, colon), value: identity.slice(colon + 1) };
}

const itemKind = "catalog_item";

/** The key of an item of a catalog. */
export const itemKey = (catalog: string, id: string): string => `${itemKind}:${catalog}/${id}`;

/** Whether an identity is that of an item, not of somebody. */
export const isItem = (identity: string): boolean => identity.startsWith(`${itemKind}:`);

/** The alias of an identity of the kind user_alias. */
export function aliasOf(value: string): JsonObject {
  const [label, name] = JSON.parse(value) as [string, string];
  return { alias_name: name, alias_label: label };
}
