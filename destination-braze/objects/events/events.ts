import schema from "@braze-connectors/spec/schemas/braze/event";
import validate from "@braze-connectors/spec/validators/validateEvent";
import { identifierColumns } from "../identity";
import type { BrazeObject } from "../object";
import { ignoredColumns, prepareOccurrence } from "../occurrence";
import { fieldsOf } from "../offer";
import { eventSlot } from "../track/track";

const fields = ["name", "time", "app_id", "properties", "_update_existing_only"] as const;

/** Custom events (event_object). Braze never deduplicates them. */
export const events: BrazeObject = {
  name: "events",
  slot: eventSlot,
  slots: [eventSlot],
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
