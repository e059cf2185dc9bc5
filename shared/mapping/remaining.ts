import { isObject, type JsonObject } from "../json";
import type { Claims } from "./claims";
import type { RemainingColumns } from "./columns";
import type { CompiledRemaining, Slot, SlotFinder } from "./compiled";
import { type MergePlace, mergeProblem } from "./consistency";
import type { RemainingEntry } from "./entry";
import { isOption, type ObjectRules } from "./objects";
import { getOwn } from "./own";
import type { Problems } from "./problems";
import { compileSlot, type SlotOptions } from "./slots";
import { type Finding, propertiesOf, soleBranch } from "./stream-schema";
import { parseTargetPath, type TargetPath } from "./target-path";

/** Columns outside the schema get their slot when they first come; there may be any number of them. */
const longestMemory = 10_000;

const key = "remaining";

/** Compiles what happens to the remaining columns; those of the schema are checked now. */
export function compileRemaining(
  { prefix = "", merge = "set" }: RemainingEntry,
  columns: RemainingColumns,
  claims: Claims,
  options: SlotOptions,
  problems: Problems,
): CompiledRemaining {
  const { rules, entryMergesObjects } = options;
  const targetOf = targetsUnder(rules, prefix);

  const anyColumn: MergePlace = { path: targetOf("*"), schema: "unknown", entryMergesObjects, exact: false };
  const general = anyColumn.path.includes("")
    ? `has the prefix "${prefix}", in which a name is empty`
    : mergeProblem(merge, anyColumn, rules);
  if (general !== undefined) problems.add(key, general);

  /** Undefined for a column that would become an identifier or an option: those are only set by name. */
  const openTarget = (column: string): TargetPath | undefined => {
    const path = targetOf(column);
    return path.includes("") || isClosed(path, rules) ? undefined : path;
  };

  const problemWith = (column: string, path: TargetPath, schema: Finding): string | undefined => {
    const rival = claims.rivalOf(path, { by: key });
    if (rival === undefined) {
      return mergeProblem(merge, { path, schema, entryMergesObjects, exact: false }, rules);
    }
    return `writes the column "${column}" to "${path.join(".")}", as ${rival} does: another prefix helps`;
  };

  /** Slots of the columns of one level: those in its schema now, others when they come. */
  const finder = (properties: JsonObject, isTaken: (column: string) => boolean): SlotFinder => {
    const schemaOf = (column: string): Finding => {
      const schema = getOwn(properties, column);
      return isObject(schema) ? schema : "unknown";
    };
    for (const column of Object.keys(properties)) {
      const path = isTaken(column) ? undefined : openTarget(column);
      const problem = path && problemWith(column, path, schemaOf(column));
      if (problem !== undefined && general === undefined) problems.add(key, problem);
    }
    return remembering((column) => {
      const path = isTaken(column) ? undefined : openTarget(column);
      if (!path || claims.rivalOf(path, { by: key }) !== undefined) return undefined;
      return compileSlot(path, schemaOf(column), merge, options, false);
    });
  };

  const slotOf = finder(columns.properties, columns.isTaken);
  const spread = columns.spread.map(({ column, taken }) => {
    const schema = getOwn(columns.properties, column);
    const entries = isObject(schema) ? propertiesOf(soleBranch(schema)) : {};
    return { column, slotOf: finder(entries, (name) => taken.has(name)) };
  });
  return {
    slotOf,
    spread,
    takes: (column) => slotOf(column) !== undefined || spread.some((each) => each.column === column),
  };
}

/** Where columns go: under their own names behind the prefix, in which dots nest as in an `as`. */
function targetsUnder(rules: ObjectRules, prefix: string): (column: string) => TargetPath {
  const containers = [...rules.others, ...parseTargetPath(prefix)];
  const start = containers.pop() ?? "";
  return (column) => [...containers, `${start}${column}`];
}

const isClosed = ([name = ""]: TargetPath, rules: ObjectRules): boolean =>
  rules.reserved.has(name) || (rules.ofUser && isOption(name));

function remembering(make: SlotFinder): SlotFinder {
  const slots = new Map<string, Slot | undefined>();
  return (column) => {
    const slot = slots.get(column);
    if (slot !== undefined || slots.has(column)) return slot;
    const made = make(column);
    if (slots.size < longestMemory) slots.set(column, made);
    return made;
  };
}
