import { createHash } from "node:crypto";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { SegmentExportSettings } from "../settings";
import {
  availableColumns,
  customAttributes,
  type ExportSelection,
  isOwn,
  primaryKey,
  selectionFor,
} from "./fields";
import { columnsRead } from "./mapping/columns-read";
import { compileMapping, exportedSchema } from "./mapping/compile";

/** How the users of an export become records. */
export interface RecordShape {
  /** What Braze is asked for. */
  selection: ExportSelection;
  /** Whether a member of an exported object is passed on, by its key. */
  passesOn(key: string): boolean;
  /** Whether a record (before the mapping) has a column that this source adds. */
  hasOwn(column: string): boolean;
  /** Whether a record can tell that its user left. */
  tellsLeavers: boolean;
  /** Gives a record the columns of the mapping; undefined when there is none. */
  map?: (record: JsonObject) => JsonObject;
  /** Tells shapes apart. */
  fingerprint: string;
}

/** Braze exports at most so many custom attributes by name (post_users_segment). */
const mostNames = 500;

/**
 * The shape of the records that a catalog wants.
 * @param columns selected in the catalog; undefined for all
 */
export function shapeOf(
  settings: SegmentExportSettings,
  columns: readonly string[] | undefined,
): RecordShape {
  return settings.mapping === undefined
    ? plainShape(settings, columns)
    : mappedShape({ ...settings, mapping: settings.mapping }, columns);
}

function plainShape(settings: SegmentExportSettings, columns: readonly string[] | undefined): RecordShape {
  const wanted = columns ?? availableColumns(settings);
  const selection = selectionFor(wanted, settings);
  const selected = columns === undefined ? undefined : new Set<string>([...columns, ...primaryKey]);
  return {
    selection,
    passesOn: (key) => !isOwn(key) && (selected?.has(key) ?? true),
    hasOwn: (column) => selected?.has(column) ?? true,
    tellsLeavers: selected?.has("left_segment_at") ?? true,
    fingerprint: fingerprintOf(wanted, settings.customAttributes ?? "all"),
  };
}

function mappedShape(
  settings: SegmentExportSettings & { mapping: NonNullable<SegmentExportSettings["mapping"]> },
  columns: readonly string[] | undefined,
): RecordShape {
  const { mapping, customAttributes: configured } = settings;
  const projection = compileMapping(mapping, exportedSchema(settings));
  const selected = columns === undefined ? undefined : new Set<string>([...columns, ...primaryKey]);
  const read = columnsRead(mapping, projection, availableColumns(settings), selected);
  const passed = new Set<string>([...read.columns, ...primaryKey]);
  const names = attributeNames(read.attributes, configured);
  const asked = names?.length === 0 ? read.columns.filter((name) => name !== customAttributes) : read.columns;
  return {
    selection: selectionFor(asked, { ...settings, customAttributes: names }),
    passesOn: (key) => !isOwn(key) && passed.has(key),
    // The mapping takes what it needs.
    hasOwn: () => true,
    tellsLeavers: selected?.has("left_segment_at") ?? true,
    map: (record) => {
      const mapped = projection.apply(record);
      if (selected !== undefined) for (const name in mapped) if (!selected.has(name)) delete mapped[name];
      return mapped;
    },
    fingerprint: fingerprintOf(columns ?? "all", [...passed].sort(), names ?? "all", mapping),
  };
}

/** The custom attributes to ask for: those that are read and that the config exports; undefined for all. */
function attributeNames(
  read: readonly string[] | undefined,
  configured: readonly string[] | undefined,
): readonly string[] | undefined {
  if (read === undefined) return configured;
  const names = configured === undefined ? read : read.filter((name) => configured.includes(name));
  return names.length > mostNames ? configured : names;
}

function fingerprintOf(...facts: readonly unknown[]): string {
  const unordered = facts.map((fact) => (Array.isArray(fact) ? [...fact].sort() : fact));
  return createHash("sha256").update(JSON.stringify(unordered)).digest("hex").slice(0, 16);
}
