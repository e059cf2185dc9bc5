import type { Json, JsonObject } from "../json";
import type { EntryParts, IdentifierEntry, Merge } from "./entry";
import { mergeRules } from "./merges";
import { identifierNames, isIdentifierName, type ObjectRules } from "./objects";
import { type Finding, isAlways, isNever } from "./stream-schema";
import { parseTargetPath, type TargetPath } from "./target-path";

// Each function says what is wrong as the end of a sentence that begins with the key, or undefined.

/** What is wrong with the way in which a user is identified. */
export function identifierProblem({ as, label }: IdentifierEntry, rules: ObjectRules): string | undefined {
  if (!rules.ofUser) return undefined;
  if (!isIdentifierName(as)) {
    return `names "${as}", which is none of Braze's identifiers: ${identifierNames.join(", ")}`;
  }
  if (!rules.identifiers.includes(as)) {
    return `names "${as}", by which ${rules.name} can't be found: they take ${rules.identifiers.join(", ")}`;
  }
  if (as === "user_alias" && label === undefined) {
    return `needs a "label", for a user_alias is found by its name and its label`;
  }
  return as !== "user_alias" && label !== undefined
    ? `has a "label", which only a user_alias can have`
    : undefined;
}

/** Why nothing may be written to a target. */
export function targetProblem(path: TargetPath, as: string, rules: ObjectRules): string | undefined {
  const [name = "", ...parts] = path;
  if (path.includes("")) return `has the target "${as}", in which a name is empty`;
  if (rules.isProfile && name === "_merge_objects") {
    return `sets "_merge_objects": use "merge": "merge_object" instead`;
  }
  if (rules.reserved.has(name)) {
    return `writes to "${name}", which says whose record it is: name it under "identifiers"`;
  }
  const field = rules.fields.get(name);
  const [container] = rules.others;
  if (!field && container !== undefined) {
    return `writes to "${as}", which ${rules.name} do not have; they could have "${container}.${as}"`;
  }
  if (!field && rules.isClosed) {
    return `writes to "${as}", which ${rules.name} do not have: they have ${[...rules.fields.keys()].join(", ")}`;
  }
  if (field && parts.length > 0 && isNever(field, "object")) {
    return `writes to "${as}", but "${name}" has no parts`;
  }
  return undefined;
}

/** What is known of the place and the values of a merge. */
export interface MergePlace {
  path: TargetPath;
  /** What the stream's schema says of the values. */
  schema: Finding;
  /** Whether some field of the entry is merged as an object. */
  entryMergesObjects: boolean;
  /** Whether the merge was asked for this very field, and not for all remaining ones. */
  exact: boolean;
}

/** Why values can't be merged so. */
export function mergeProblem(merge: Merge, place: MergePlace, rules: ObjectRules): string | undefined {
  const { path, schema, exact } = place;
  const target = path.join(".");
  const isProfileField = rules.fields.has(path[0] ?? "");
  const { takes, ofParts, ofProfileFields } = mergeRules[merge];
  if (merge !== "set" && !rules.isProfile) return `asks for "${merge}", but only users can be merged with`;
  if (isProfileField && !ofProfileFields && (exact || merge !== "merge_object")) {
    return `asks for "${merge}" on "${target}", a profile field of Braze, but only custom attributes can be merged so`;
  }
  if (path.length > 1 && !ofParts) {
    return `asks for "${merge}" on "${target}", but a part of a nested attribute can only be set or merged`;
  }
  if (takes && isNever(schema, ...takes)) {
    return `asks for "${merge}" on "${target}", which the values of that column never fit`;
  }
  if (merge === "merge_object" && exact && path.length === 1 && isNever(schema, "object")) {
    return `asks for "${merge}" on "${target}", but that column holds no objects`;
  }
  return isMergedAgainstItsWill(merge, place, isProfileField)
    ? `sets "${target}", which would be merged because other fields of the entry use "merge_object": give it an entry of its own`
    : undefined;
}

/** Braze's `_merge_objects` counts for all attributes of an object: nothing nested is replaced beside it. */
const isMergedAgainstItsWill = (
  merge: Merge,
  { path, schema, entryMergesObjects }: MergePlace,
  isProfileField: boolean,
): boolean =>
  entryMergesObjects &&
  !isProfileField &&
  (merge === "set" || merge === "set_or_clear") &&
  (path.length > 1 || isAlways(schema, "object"));

/** Why a static value can't stand in a field of the object. */
export function staticProblem(path: TargetPath, value: Json, rules: ObjectRules): string | undefined {
  const field = path.length === 1 ? rules.fields.get(path[0] ?? "") : undefined;
  return field === undefined || accepts(field, value)
    ? undefined
    : `gives "${path.join(".")}" the value ${JSON.stringify(value)}, which it can't have`;
}

function accepts(schema: JsonObject, value: Json): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes(value);
  if (typeof value !== "string") return !isNever(schema, ...jsonTypes(value));
  const { pattern } = schema;
  return !isNever(schema, "string") && (typeof pattern !== "string" || new RegExp(pattern).test(value));
}

function jsonTypes(value: Json): string[] {
  if (Array.isArray(value)) return ["array"];
  return Number.isInteger(value) ? ["number", "integer"] : [typeof value];
}

/** A problem with the key of the entry that it concerns; empty for the entry as a whole. */
export interface EntryProblem {
  key: string;
  message: string;
}

/** What is wrong with an entry though each of its parts is right. */
export function entryProblems(mapping: EntryParts, rules: ObjectRules): EntryProblem[] {
  const { identifiers = [], fields = [], static: statics = [], remaining } = mapping;
  const problems: EntryProblem[] = [];
  if (rules.ofUser && identifiers.length === 0) {
    problems.push({
      key: "",
      message: `has no "identifiers", so nothing would say whose records they are`,
    });
  }
  if (rules.isProfile && fields.length === 0 && statics.length === 0 && remaining?.include !== true) {
    problems.push({
      key: "",
      message: `writes nothing: name "fields" or "static" values, or include the "remaining" ones`,
    });
  }
  const written = new Set([...fields, ...statics].map(({ as }) => parseTargetPath(as)[0]));
  for (const name of rules.required.filter((required) => !written.has(required))) {
    problems.push({ key: "", message: `does not say what "${name}" is, which ${rules.name} must have` });
  }
  return [...problems, ...phoneBeforeEmail(mapping, rules)];
}

function phoneBeforeEmail(entry: EntryParts, rules: ObjectRules): EntryProblem[] {
  const { identifiers = [], fields = [] } = entry;
  if (!emailTakesOver(entry, rules) || !fields.some(({ as }) => as === "email")) return [];
  return [
    {
      key: `identifiers.${identifiers.findIndex(({ as }) => as === "phone")}`,
      message:
        "identifies by phone where the email address is written too, and there Braze identifies by email: name email as an identifier before phone",
    },
  ];
}

/**
 * Whether an email address that is written would be taken for the identifier although the mapping prefers
 * the phone number: with both in an object, Braze identifies by the address. (post_user_track)
 */
export function emailTakesOver({ identifiers = [] }: EntryParts, rules: ObjectRules): boolean {
  const order = identifiers.map(({ as }) => as);
  const phone = order.indexOf("phone");
  const email = order.indexOf("email");
  return rules.isProfile && phone !== -1 && (email === -1 || email > phone);
}
