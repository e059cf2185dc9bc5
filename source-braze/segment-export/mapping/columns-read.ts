import type { Projection } from "@braze-connectors/shared/mapping/projection";
import { parseTargetPath } from "@braze-connectors/shared/mapping/target-path";
import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import { customAttributes } from "../fields";

/** What a mapping needs of an export, to fill some columns. */
export interface ColumnsRead {
  /** Columns of the export. */
  columns: string[];
  /** Names of the custom attributes; undefined for all of them. */
  attributes: string[] | undefined;
}

/** The name of no custom attribute. */
const probe = "(probe)";

/**
 * Finds out what a mapping reads to fill the selected columns. Its fields say so themselves; of the remaining
 * columns it shows in what the mapping makes of a record that has nothing else.
 * @param available columns that the export can have
 * @param selected columns of the mapped records; undefined for all
 */
export function columnsRead(
  mapping: SourceMapping,
  { apply }: Projection,
  available: readonly string[],
  selected: ReadonlySet<string> | undefined,
): ColumnsRead {
  const isWanted = (column: string): boolean => selected?.has(column) ?? true;
  const fields = fieldsNamed(mapping, isWanted);
  const nothing = apply({});
  /** The columns that a record's only column fills. */
  const filledBy = (column: string, value: string | { [name: string]: string }): string[] => {
    const filled = apply({ [column]: value });
    return Object.keys(filled).filter(
      (name) => JSON.stringify(filled[name]) !== JSON.stringify(nothing[name]),
    );
  };
  const columns = available.filter((column) => {
    if (fields.some((field) => topOf(field, available) === column)) return true;
    return column !== customAttributes && filledBy(column, probe).some(isWanted);
  });
  if (!available.includes(customAttributes)) return { columns, attributes: undefined };

  const others = new Set([
    ...available.flatMap((column) => (column === customAttributes ? [] : filledBy(column, probe))),
    ...targets(mapping),
  ]);
  const spread = filledBy(customAttributes, { [probe]: probe }).flatMap((column) =>
    attributesBehind(column, selected, others),
  );
  const attributes = [...fields.flatMap((field) => attributeIn(field)), ...spread];
  if (attributes.length > 0 && !columns.includes(customAttributes)) columns.push(customAttributes);
  return { columns, attributes: attributes.includes(everyAttribute) ? undefined : unique(attributes) };
}

const everyAttribute = Symbol("every custom attribute");

/** The fields that decide on wanted columns, as the mapping names them: which identifier has a value, on all of theirs. */
function fieldsNamed(
  { identifiers = [], fields = [] }: SourceMapping,
  isWanted: (column: string) => boolean,
): string[] {
  return [
    ...(identifiers.some(({ as }) => isWanted(as)) ? identifiers : []),
    ...fields.filter(({ as }) => isWanted(parseTargetPath(as)[0] ?? "")),
  ].map(({ field }) => field);
}

const targets = ({ identifiers = [], fields = [], static: statics = [] }: SourceMapping): string[] => [
  ...identifiers.map(({ as }) => as),
  ...[...fields, ...statics].map(({ as }) => parseTargetPath(as)[0] ?? ""),
];

/** The column that a field is in: one that is called like it, or the one that its path begins with. */
const topOf = (field: string, available: readonly string[]): string | undefined =>
  available.includes(field) ? field : field.split(".")[0];

/** The custom attribute that a field names; all of them where dots leave open which one. */
function attributeIn(field: string): (string | typeof everyAttribute)[] {
  const [top, name, ...deeper] = field.split(".");
  if (top !== customAttributes) return [];
  return name === undefined || deeper.length > 0 ? [everyAttribute] : [name];
}

/**
 * The custom attributes behind the selected columns that are nobody else's.
 * @param probed the column that an attribute called `probe` becomes, or a part of
 */
function attributesBehind(
  probed: string,
  selected: ReadonlySet<string> | undefined,
  others: ReadonlySet<string>,
): (string | typeof everyAttribute)[] {
  if (selected === undefined) return [everyAttribute];
  if (!probed.endsWith(probe)) return selected.has(probed) ? [everyAttribute] : [];
  const prefix = probed.slice(0, -probe.length);
  return [...selected]
    .filter((column) => column.startsWith(prefix) && !others.has(column))
    .map((column) => column.slice(prefix.length))
    .filter((name) => name !== "");
}

const unique = (names: readonly (string | typeof everyAttribute)[]): string[] =>
  [...new Set(names)].filter((name) => name !== everyAttribute);
