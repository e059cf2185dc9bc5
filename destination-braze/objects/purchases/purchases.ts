import schema from "@braze-connectors/spec/schemas/braze/purchase";
import validate from "@braze-connectors/spec/validators/validatePurchase";
import { identifierColumns } from "../identity";
import type { BrazeObject } from "../object";
import { ignoredColumns, prepareOccurrence } from "../occurrence";
import { fieldsOf } from "../offer";
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
  slots: [purchaseSlot],
  validate,
  offer: {
    modes: ["append", "update"],
    likeAppend: ["append_dedup", "overwrite"],
    matchingKeys: identifierColumns,
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => ignoredColumns(columns, fields),
  prepare: (record, options) => prepareOccurrence(record, fields, options),
};
