import validate from "@braze-connectors/spec/validators/validatePurchase";
import type { BrazeObject } from "../object";
import { ignoredColumns, prepareOccurrence } from "../occurrence";
import { purchaseSlot } from "../track/track";

const fields = [
  "product_id",
  "currency",
  "price",
  "quantity",
  "time",
  "app_id",
  "properties",
  "_update_existing_only",
] as const;

/** Purchases (purchase_object). Braze never deduplicates them. */
export const purchases: BrazeObject = {
  name: "purchases",
  slot: purchaseSlot,
  validate,
  ignoredColumns: (columns) => ignoredColumns(columns, fields),
  prepare: (record, options) => prepareOccurrence(record, fields, options),
};
