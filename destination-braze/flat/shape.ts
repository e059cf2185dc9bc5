import { isAttribute } from "../objects/attributes";
import { kindOf } from "../objects/users/plain-record";
import { flatReader } from "./flat-reader";

/** The columns of flat records that have the same ones in the same order. */
export interface FlatShape {
  /** What FlatReader calls it. */
  readonly number: number;
  /** The columns that are attributes, in their order. */
  readonly attributes: readonly string[];
  /** Their numbers in the index. */
  readonly nameIds: readonly number[];
  /** Which column says whose record it is. */
  readonly identifierColumn: number;
  /** Whether the names of all columns have ASCII characters only. */
  readonly hasAsciiNames: boolean;
}

/** The column that says whose record it is. Users by another one are left to the usual way. */
export const identifier = "external_id";

/** A record with more columns is not what is worth a shape. */
const maxColumns = 500;

/**
 * @param columns of a record that was parsed, in their order
 * @param numbersOf gives attributes their numbers, undefined where there are too many
 * @returns undefined where records with these columns need a closer look
 */
export function shapeOf(
  columns: readonly string[],
  numbersOf: (names: readonly string[]) => readonly number[] | undefined,
): FlatShape | undefined {
  if (!columns.includes(identifier) || columns.length > maxColumns) return undefined;
  const kinds = columns.map(kindOf).filter((kind) => kind !== "looked at closer");
  if (kinds.length < columns.length) return undefined;
  const attributes = columns.filter(isAttribute);
  // All but the identifier: others would have to be left out.
  if (attributes.length < columns.length - 1) return undefined;
  const nameIds = numbersOf(attributes);
  if (!nameIds) return undefined;
  // `{"external_id":`, `,"plan":`
  const keys = columns.map((name, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const number = flatReader().addShape(
    kinds.map((kind, index) => ({ key: Buffer.from(keys[index] ?? ""), kind })),
  );
  if (number === undefined) return undefined;
  const hasAsciiNames = keys.every((key) => Buffer.byteLength(key) === key.length);
  return { number, attributes, nameIds, identifierColumn: columns.indexOf(identifier), hasAsciiNames };
}

/**
 * The columns of some attributes, with the one that says whose they are.
 * @param attributes by their number among the attributes, in order
 */
export function columnsOf({ identifierColumn }: FlatShape, attributes: readonly number[]): number[] {
  const before = attributes.filter((attribute) => attribute < identifierColumn);
  const behind = attributes.slice(before.length).map((attribute) => attribute + 1);
  return [...before, identifierColumn, ...behind];
}
