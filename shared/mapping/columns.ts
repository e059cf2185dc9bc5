import { isHostColumn } from "../airbyte/host-columns";
import type { JsonObject } from "../json";
import type { EntryParts } from "./entry";
import { propertiesOf } from "./stream-schema";

/** Which columns of a stream the fields of an entry leave over. */
export interface RemainingColumns {
  properties: JsonObject;
  /** Columns of the schema that no field of the entry reads. */
  unread: string[];
  /** Whether a column, of the schema or not, is not among the remaining ones. */
  isTaken(column: string): boolean;
  /** Columns whose entries stand for themselves, and which of these are taken. */
  spread: { column: string; taken: ReadonlySet<string> }[];
}

/** What else decides on the remaining columns. */
export interface ColumnOptions {
  /** Columns that are never among them. */
  excludedColumns?: ReadonlySet<string>;
  /** Columns whose entries are among them in their place. */
  spreadColumns?: ReadonlySet<string>;
}

/** A column of which a part is read counts as read; of a spread column only that part does. */
export function remainingColumns(
  fields: readonly string[],
  schema: JsonObject,
  { excludedColumns = new Set(), spreadColumns = new Set() }: ColumnOptions,
): RemainingColumns {
  const properties = propertiesOf(schema);
  const read = new Set(fields.flatMap((field) => columnsOf(field, properties)));
  const isSpread = (column: string): boolean => spreadColumns.has(column) && !fields.includes(column);
  return {
    properties,
    unread: Object.keys(properties).filter((column) => !read.has(column)),
    isTaken: (column) =>
      isHostColumn(column) || excludedColumns.has(column) || isSpread(column) || read.has(column),
    spread: [...spreadColumns].filter(isSpread).map((column) => ({
      column,
      taken: new Set(
        fields
          .filter((field) => field.startsWith(`${column}.`))
          .flatMap((field) => prefixesOf(field.slice(column.length + 1))),
      ),
    })),
  };
}

/** The fields of the record that an entry reads. */
export const fieldsRead = ({ identifiers = [], fields = [] }: EntryParts): string[] =>
  [...identifiers, ...fields].map(({ field }) => field);

/** The columns that a field path reads, or may read. */
const columnsOf = (field: string, properties: JsonObject): string[] =>
  Object.hasOwn(properties, field) ? [field] : prefixesOf(field);

/** `a`, `a.b` and `a.b.c` of `a.b.c`. */
const prefixesOf = (field: string): string[] =>
  field.split(".").map((_, index, names) => names.slice(0, index + 1).join("."));
