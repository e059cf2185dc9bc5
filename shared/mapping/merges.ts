import { isObject, type Json } from "../json";
import type { Merge } from "./entry";

/** Why a value does not fit its merge. Made once a merge, never once a value. */
export class Refusal {
  /** @param message completes a sentence that begins with the field */
  constructor(readonly message: string) {}
}

/** A value (never null) as Braze takes it, a refusal, or undefined when nothing needs to be sent. */
export type Operation = (value: Json) => Json | Refusal | undefined;

export interface MergeRule {
  /** Whether it can be done to Braze's own profile fields; operations are for custom attributes. */
  readonly ofProfileFields: boolean;
  /** Whether it can be done to a part of a nested attribute. */
  readonly ofParts: boolean;
  /** The JSON types that it takes, if it does not take all; text may stand for a number by then. */
  readonly takes?: readonly string[];
  readonly operate: Operation;
}

const asIs: Operation = (value) => value;

const wholeNumbersOnly = new Refusal(
  "must be a whole number to be summed, for Braze increments by nothing else",
);

const sum: Operation = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) ? { inc: value } : wholeNumbersOnly;

const plainOnly = new Refusal("must be text, a number, true or false, or a list of these, to change a list");

/** @returns undefined for an empty list: it would change nothing */
function elementsOf(value: Json): Json[] | Refusal | undefined {
  if (!Array.isArray(value)) return isObject(value) ? plainOnly : [value];
  if (value.some((element) => typeof element === "object" && element !== null)) return plainOnly;
  const elements = value.includes(null) ? value.filter((element) => element !== null) : value;
  return elements.length === 0 ? undefined : elements;
}

const add: Operation = (value) => {
  const elements = elementsOf(value);
  return Array.isArray(elements) ? { add: elements } : elements;
};

const remove: Operation = (value) => {
  const elements = elementsOf(value);
  return Array.isArray(elements) ? { remove: elements } : elements;
};

const notAnObject = new Refusal("must be an object to be merged with a nested attribute");

export const mergeObject: Operation = (value) => (isObject(value) ? value : notAnObject);

const notMerged = new Refusal(
  "is an object, which would be merged and not set because other fields of the same mapping entry are merged: give it an entry of its own",
);

/** For `set` beside `merge_object`: Braze's `_merge_objects` counts for the whole attributes object. */
export const setUnmerged: Operation = (value) => (isObject(value) ? notMerged : value);

const listElements = ["string", "number", "integer", "boolean", "array"];

/** The merges of design section 4 as operations of /users/track. (user_attributes_object.) */
export const mergeRules: Readonly<Record<Merge, MergeRule>> = {
  set: { ofProfileFields: true, ofParts: true, operate: asIs },
  sum: { ofProfileFields: false, ofParts: false, takes: ["integer", "number"], operate: sum },
  add: { ofProfileFields: false, ofParts: false, takes: listElements, operate: add },
  remove: { ofProfileFields: false, ofParts: false, takes: listElements, operate: remove },
  set_if_empty: { ofProfileFields: true, ofParts: false, operate: asIs },
  set_or_clear: { ofProfileFields: true, ofParts: false, operate: asIs },
  merge_object: { ofProfileFields: false, ofParts: true, operate: asIs },
};
