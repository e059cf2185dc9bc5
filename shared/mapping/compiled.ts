import type { Json } from "../json";
import type { Reader } from "./field-path";
import type { Operation } from "./merges";
import type { Normaliser } from "./normalise/normaliser";
import type { Put, TargetPath } from "./target-path";

/** A mapping entry made ready for the records of one stream. */
export interface CompiledMapping {
  readonly object: string;
  /** In order of preference. A record that has a value in none of them can't be written. */
  readonly identifiers: readonly CompiledIdentifier[];
  readonly fields: readonly CompiledField[];
  readonly statics: readonly CompiledStatic[];
  readonly remaining: CompiledRemaining | undefined;
  /** Whether some values are only for profiles that have none yet, so that Braze may have to be asked. */
  readonly looksUp: boolean;
  /** Fields of the entry that the stream's schema does not mention (but does not rule out): slips, perhaps. */
  readonly unknownFields: readonly string[];
  /** Columns that are neither mapped nor among the remaining ones. */
  readonly ignoredColumns: readonly string[];
}

export interface CompiledIdentifier {
  readonly field: string;
  readonly name: string;
  /** Label of the alias, where the identifier is one. */
  readonly label: string | undefined;
  readonly read: Reader;
  readonly normalise: Normaliser | undefined;
}

/** Where values go, and how. */
export interface Slot {
  readonly path: TargetPath;
  readonly put: Put;
  readonly normalise: Normaliser | undefined;
  readonly operate: Operation;
  /** Whether null, or a field that is not there, is written as null. */
  readonly clearsNull: boolean;
  readonly clearsMissing: boolean;
  /** Whether it is only for profiles that have no value yet. */
  readonly ifEmpty: boolean;
  readonly mergesObjects: boolean;
}

export interface CompiledField {
  readonly field: string;
  readonly read: Reader;
  readonly slot: Slot;
}

export interface CompiledStatic {
  readonly put: Put;
  readonly value: Json;
}

/** Finds the slot of a column; undefined for one that is not among the remaining columns. */
export type SlotFinder = (column: string) => Slot | undefined;

export interface CompiledRemaining {
  /** Whether a column of the stream is among them. */
  readonly takes: (column: string) => boolean;
  readonly slotOf: SlotFinder;
  /** Columns whose entries stand for themselves, with the slots of these. */
  readonly spread: readonly { readonly column: string; readonly slotOf: SlotFinder }[];
}
