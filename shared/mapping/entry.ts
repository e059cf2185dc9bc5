import type { Mapping } from "@braze-connectors/spec/mapping";

// The parts of a mapping entry, as the config has them.

export type FieldEntry = NonNullable<Mapping["fields"]>[number];
export type StaticEntry = NonNullable<Mapping["static"]>[number];
export type RemainingEntry = NonNullable<Mapping["remaining"]>;

/** To a source, an identifier may be any column. */
export interface IdentifierEntry {
  field: string;
  as: string;
  label?: string;
}

/** What the entries of both connectors have. */
export interface EntryParts extends Pick<Mapping, "fields" | "static" | "remaining"> {
  identifiers?: IdentifierEntry[];
}

/** How a value meets what the profile has. */
export type Merge = NonNullable<FieldEntry["merge"]>;

/** Whether an entry says nothing at all, as a form sends it that was left empty. */
export const isEmptyMapping = ({ identifiers, fields, static: statics, remaining }: EntryParts): boolean =>
  [identifiers, fields, statics].every((parts = []) => parts.length === 0) && remaining?.include !== true;
