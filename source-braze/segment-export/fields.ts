import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import type { SegmentExportSettings } from "../settings";

/** Columns that this source adds to what Braze exports. */
export const ownColumns = ["segment_id", "segment_name", "exported_at", "left_segment_at"] as const;

/** What identifies a record: always requested, and always part of it. */
export const primaryKey = ["segment_id", "braze_id"] as const;

/**
 * Columns that come along with a field and can't be requested by themselves. Seen in the samples of
 * Braze's page (api/endpoints/export/user_data/post_users_segment): with the subscription fields come
 * the times.
 */
const companions: Readonly<Record<string, string>> = {
  email_opted_in_at: "email_subscribe",
  email_unsubscribed_at: "email_subscribe",
  push_opted_in_at: "push_subscribe",
  push_unsubscribed_at: "push_subscribe",
};

export const customAttributes = "custom_attributes";
const documentedColumns: readonly string[] = Object.keys(schema.properties);
export const isOwn = (column: string): boolean => (ownColumns as readonly string[]).includes(column);
const fieldOf = (column: string): string => companions[column] ?? column;

type Choice = Pick<SegmentExportSettings, "fields" | "customAttributes">;

/**
 * The columns that the stream has with a config: all documented ones, or those that the chosen fields
 * bring. A chosen field that is not documented is a column too: Braze's list grows.
 */
export function availableColumns({ fields, customAttributes: names }: Choice): string[] {
  if (fields === undefined) return [...documentedColumns];
  const chosen = new Set<string>([...primaryKey, ...fields]);
  if (names !== undefined) chosen.add(customAttributes);
  const documented = documentedColumns.filter((column) => isOwn(column) || chosen.has(fieldOf(column)));
  const others = fields.filter((field) => !documentedColumns.includes(field));
  return [...documented, ...others];
}

/** What an export request asks for. */
export interface ExportSelection {
  /** `fields_to_export` */
  fields: string[];
  /** `custom_attributes_to_export` */
  customAttributes: string[] | undefined;
}

/**
 * What to ask Braze for, so that it exports the selected columns and little else.
 * Braze ignores `custom_attributes_to_export` when `custom_attributes` is among the fields (post_users_segment).
 */
export function selectionFor(columns: readonly string[], choice: Choice): ExportSelection {
  const available = new Set(availableColumns(choice));
  const wanted = new Set<string>(primaryKey);
  for (const column of columns) if (available.has(column)) wanted.add(fieldOf(column));
  const fields = [...wanted].filter((field) => !isOwn(field));
  const names = choice.customAttributes;
  if (names === undefined || !wanted.has(customAttributes)) return { fields, customAttributes: undefined };
  return { fields: fields.filter((field) => field !== customAttributes), customAttributes: [...names] };
}
