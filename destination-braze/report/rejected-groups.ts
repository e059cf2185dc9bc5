import type { Json, JsonObject } from "@braze-connectors/shared/json";
import type { Reason } from "../objects/object";
import { withoutPlaces, withoutValues } from "./reason-text";
import { cut, shownValue, type ValueDisplay } from "./shown-value";

/** Records of one stream that were rejected for one reason. */
export interface RejectedGroup {
  stream: string;
  code: string;
  /** Why, in words. */
  message: string;
  /** The field at fault, if one is. */
  field: string | null;
  count: number;
  examples: RejectedExample[];
}

export interface RejectedExample {
  /** ISO 8601. */
  rejected_at: string;
  /** Some of the record's fields, with their values as the report may say them. */
  fields: Record<string, string>;
  /** Fields of the record that are left out here. */
  more_fields: number;
}

/** What people read at most, and what the memory has to hold: reasons, examples of each, fields of an example. */
const mostGroups = 100;
const mostExamples = 3;
const mostFields = 8;
const longestName = 100;
const longestValue = 200;
/** Sayings known word for word, and the longest of them. */
const mostKnown = 1000;
const longestKnown = 500;

/** Columns that mostly say whose record it is. */
const identifiers = ["external_id", "user_alias", "braze_id", "email", "phone", "id"];

/** Collects why records are rejected, with a few examples of each reason. */
export class RejectedGroups {
  /** Rejected for reasons that came after there were enough. */
  others = 0;
  private readonly groups = new Map<string, RejectedGroup>();
  /** Groups by what was said, word for word: mostly the same is said of many records. */
  private readonly known = new Map<string, RejectedGroup>();

  /** @param redact takes secrets out of text */
  constructor(
    private readonly display: ValueDisplay,
    private readonly redact: (text: string) => string = (text) => text,
    private readonly now: () => Date = () => new Date(),
  ) {}

  add(stream: string, reason: Reason | undefined, record: JsonObject): void {
    const group = this.groupOf(stream, reason ?? { code: "unknown", message: "No reason is known." }, record);
    if (!group) {
      this.others += 1;
      return;
    }
    group.count += 1;
    if (group.examples.length < mostExamples) group.examples.push(this.example(record, group.field));
  }

  /** Those with the most records first. */
  get list(): RejectedGroup[] {
    return [...this.groups.values()].sort((a, b) => b.count - a.count);
  }

  private groupOf(
    stream: string,
    { code, message, field }: Omit<Reason, "code"> & { code: string },
    record: JsonObject,
  ): RejectedGroup | undefined {
    const said = `${stream}\0${code}\0${message}`;
    let group = this.known.get(said);
    if (group) return group;
    // First: what is cut or masked afterwards would not be recognised any more.
    const safe = this.redact(message);
    const text = code === "refused_by_braze" ? withoutValues(safe, record) : withoutPlaces(safe);
    const key = JSON.stringify([stream, code, text]);
    group = this.groups.get(key);
    if (!group) {
      if (this.groups.size >= mostGroups) return undefined;
      group = { stream, code, message: text, field: field ?? null, count: 0, examples: [] };
      this.groups.set(key, group);
    }
    if (this.known.size < mostKnown && said.length <= longestKnown) this.known.set(said, group);
    return group;
  }

  private example(record: JsonObject, field: string | null): RejectedExample {
    const names = Object.keys(record);
    // The field at fault first, then whose record it is, then the others as they come.
    const rank = (name: string): number =>
      name === field || field?.startsWith(`${name}.`) ? 0 : identifiers.includes(name) ? 1 : 2;
    const chosen = names
      .slice(0, 1000)
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, mostFields);
    const shown = (name: string): [string, string] => [
      cut(name, longestName),
      cut(this.redact(shownValue(record[name] as Json, this.display)), longestValue),
    ];
    return {
      rejected_at: this.now().toISOString(),
      fields: Object.fromEntries(chosen.map(shown)),
      more_fields: names.length - chosen.length,
    };
  }
}
