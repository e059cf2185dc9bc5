import { isJsonObject, type Json } from "../json";
import { parseTime } from "./track/times";

/** One entry of GET /custom_attributes. docs: api/endpoints/export/custom_attributes/get_custom_attributes */
export interface CustomAttribute {
  name: string;
  /** "String", "Number", "Boolean", "Time", "Array", "Object" or "Object Array" */
  data_type: string;
  array_length: number | null;
  description: string | null;
  status: string;
  tag_names: string[];
}

/** The custom attributes that a workspace has ever seen: Braze keeps them when the last value goes. */
export class CustomAttributes {
  readonly #byName = new Map<string, CustomAttribute>();
  readonly #arrayElements: number;

  constructor(arrayElements: number) {
    this.#arrayElements = arrayElements;
  }

  /** As with Braze's automatic detection, the first value decides on the type. */
  see(name: string, value: Json): void {
    if (value === null || this.#byName.has(name)) return;
    this.define({ name, data_type: dataType(value) });
  }

  define(attribute: Partial<CustomAttribute> & Pick<CustomAttribute, "name">): void {
    const { data_type: type = "String" } = attribute;
    this.#byName.set(attribute.name, {
      data_type: type,
      array_length: type === "Array" ? this.#arrayElements : null,
      description: null,
      status: "Active",
      tag_names: [],
      ...attribute,
    });
  }

  /** alphabetically, as the endpoint lists them */
  sorted(): CustomAttribute[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }
}

function dataType(value: Json): string {
  if (Array.isArray(value)) return value.some(isJsonObject) ? "Object Array" : "Array";
  if (isJsonObject(value)) return "Object";
  if (typeof value === "number") return "Number";
  if (typeof value === "boolean") return "Boolean";
  return parseTime(value) === undefined ? "String" : "Time";
}
