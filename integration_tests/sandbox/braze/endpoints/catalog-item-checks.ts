import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { Catalog } from "../content";
import { type CatalogError, catalogError, itemError } from "./catalog-errors";
import { arrayChange, coerced } from "./catalog-values";

export type Item = JsonObject & { id: string };

/** Items that may be written, or why none of the request is. */
export type Checked = { items: Item[]; errors?: undefined } | { errors: CatalogError[] };

const MOST_ITEMS = 50;
const MOST_ID_CHARACTERS = 250;

/**
 * The items of a request, or why it is refused as a whole.
 * docs: api/endpoints/catalogs/catalog_items/asynchronous, "Troubleshooting". The messages of
 * `invalid-fields` and `items-missing-ids` are Braze's own, the others are assumed.
 */
export function requestedItems(items: Json | undefined): Checked {
  if (!Array.isArray(items) || items.length === 0 || !items.every(isJsonObject)) {
    return { errors: [catalogError("item-array-invalid", "Items must be an array of objects")] };
  }
  if (items.length > MOST_ITEMS) {
    const message = `Request cannot include more than ${MOST_ITEMS} items`;
    return { errors: [catalogError("request-includes-too-many-items", message)] };
  }
  const missing = items.filter((item) => item.id === undefined || item.id === null || item.id === "").length;
  if (missing > 0) {
    const message = `There are ${missing} item(s) that do not have ids`;
    return { errors: [catalogError("items-missing-ids", message)] };
  }
  const errors = items.flatMap(({ id = null }) => idError(id) ?? []);
  if (errors.length > 0) return { errors };
  const ids = items.map((item) => item.id as string);
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
  return repeated.length > 0
    ? { errors: repeated.map((id) => itemError("ids-not-unique", "Item ids must be unique", id)) }
    : { items: items as Item[] };
}

/** Items with every value as its field's type demands; `$add` and `$remove` stay if they are allowed. */
export function fittingItems(catalog: Catalog, items: readonly Item[], mayChangeArrays: boolean): Checked {
  const errors: CatalogError[] = [];
  const fitting: Item[] = [];
  for (const item of items) {
    const fitted: Item = { id: item.id };
    const error = fit(catalog, item, fitted, mayChangeArrays);
    if (error === undefined) fitting.push(fitted);
    else errors.push(error);
  }
  return errors.length > 0 ? { errors } : { items: fitting };
}

function idError(id: Json): CatalogError | undefined {
  if (typeof id !== "string") return itemError("ids-not-strings", "Item ids must be strings", id);
  if (id.length > MOST_ID_CHARACTERS) {
    return itemError("ids-too-large", `Item ids can't be more than ${MOST_ID_CHARACTERS} characters`, id);
  }
  return /^[A-Za-z0-9_-]+$/.test(id)
    ? undefined
    : itemError("invalid-ids", "Item ids can only include letters, numbers, hyphens, and underscores", id);
}

const MESSAGES = {
  "items-too-large": "Item values can't exceed 5,000 characters",
  "invalid-keys-in-value-object": "Item object keys can't include . or $",
  "too-deep-nesting-in-value-object": "Item objects can't have more than 50 levels of nesting",
  "unable-to-coerce-value": "Item values can't be converted to the type of the field",
};

/** Writes the values of `item` into `fitted`, or says what is wrong with the first that does not fit. */
function fit(catalog: Catalog, item: Item, fitted: Item, mayChangeArrays: boolean): CatalogError | undefined {
  for (const [name, value] of Object.entries(item)) {
    if (name === "id") continue;
    const field = catalog.fields.find((each) => each.name === name);
    if (field === undefined) {
      return itemError("invalid-fields", "Some of the fields given do not exist in the catalog", item.id);
    }
    if (mayChangeArrays && field.type === "array" && arrayChange(value) !== undefined) {
      fitted[name] = value;
      continue;
    }
    const result = coerced(field.type, value);
    if (typeof result === "string") return itemError(result, MESSAGES[result], item.id);
    fitted[name] = result.value;
  }
  return undefined;
}
