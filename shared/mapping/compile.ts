import type { Mapping } from "@braze-connectors/spec/mapping";
import type { Json, JsonObject } from "../json";
import { type Claim, Claims } from "./claims";
import { type ColumnOptions, fieldsRead, remainingColumns } from "./columns";
import type { CompiledField, CompiledIdentifier, CompiledMapping, CompiledStatic } from "./compiled";
import {
  emailTakesOver,
  entryProblems,
  identifierProblem,
  mergeProblem,
  staticProblem,
  targetProblem,
} from "./consistency";
import type { EntryParts, FieldEntry, IdentifierEntry, StaticEntry } from "./entry";
import { compileFieldPath } from "./field-path";
import { identifierNormalisers } from "./normalise/target";
import { type ObjectRules, rulesOf } from "./objects";
import { Problems } from "./problems";
import { compileRemaining } from "./remaining";
import { compileSlot, type SlotOptions, valueNormaliser } from "./slots";
import { type Finding, findField } from "./stream-schema";
import { compilePut, parseTargetPath, type TargetPath } from "./target-path";

/** What a mapping entry is compiled for. */
export interface MappingContext extends ColumnOptions {
  /** Where the entry stands in the config, as people are told: `streams.0`. */
  position: string;
  /** The stream, as people are told. */
  stream: string;
  /** What its records become. */
  object: string;
  /** The stream's JSON schema in the configured catalog. */
  schema: JsonObject;
  /** What a null in a record means to a profile. */
  nullValues: "ignore" | "clear";
  /** Columns that are written anyway, under their own names. */
  keptColumns?: readonly string[];
}

/**
 * Makes a mapping entry ready for the records of a stream.
 * @throws config_error that names every key of the entry that is not consistent
 */
export function compileMapping(mapping: Mapping, context: MappingContext): CompiledMapping {
  const problems = new Problems(context.position, `the stream "${context.stream}" to ${context.object}`);
  const compiled = new Compiler(mapping, context, rulesOf(context.object), problems).compile();
  problems.throwIfAny();
  return compiled;
}

/** Compiles one entry part by part; what is wrong goes to the problems. */
export class Compiler {
  private readonly claims = new Claims();
  private readonly findings = new Map<string, Finding>();
  private readonly options: SlotOptions;

  constructor(
    private readonly mapping: EntryParts,
    private readonly context: MappingContext,
    private readonly rules: ObjectRules,
    private readonly problems: Problems,
  ) {
    const merges = [...(mapping.fields ?? []), mapping.remaining ?? {}].map(({ merge }) => merge);
    const { nullValues, keptColumns = [] } = context;
    for (const column of keptColumns) {
      this.claims.take([column], { by: `the column "${column}" itself`, field: column, isShared: true });
    }
    this.options = { rules, nullValues, entryMergesObjects: merges.includes("merge_object") };
  }

  compile(): CompiledMapping {
    const { mapping, rules } = this;
    const identifiers = (mapping.identifiers ?? []).map((entry, index) => this.identifier(entry, index));
    const fields = (mapping.fields ?? []).flatMap((entry, index) => this.field(entry, index));
    const statics = (mapping.static ?? []).flatMap((entry, index) => this.static(entry, index));
    for (const { key, message } of entryProblems(mapping, rules)) this.problems.add(key, message);
    const columns = remainingColumns(fieldsRead(mapping), this.context.schema, this.context);
    const remaining =
      mapping.remaining?.include === true
        ? compileRemaining(mapping.remaining, columns, this.claims, this.remainingOptions(), this.problems)
        : undefined;
    return {
      object: rules.name,
      identifiers,
      fields,
      statics,
      remaining,
      looksUp:
        fields.some(({ slot }) => slot.ifEmpty) ||
        (remaining !== undefined && mapping.remaining?.merge === "set_if_empty"),
      unknownFields: [...this.findings].filter(([, found]) => found === "unknown").map(([field]) => field),
      ignoredColumns: columns.unread.filter((column) => !remaining?.takes(column)),
    };
  }

  /** A column `email` does not become an identifier unasked. */
  private remainingOptions(): SlotOptions {
    const { mapping, rules, options } = this;
    if (!emailTakesOver(mapping, rules)) return options;
    return { ...options, rules: { ...rules, reserved: new Set([...rules.reserved, "email"]) } };
  }

  private identifier(entry: IdentifierEntry, index: number): CompiledIdentifier {
    const key = `identifiers.${index}`;
    const { field, as, label } = entry;
    this.find(field, key);
    const problem =
      identifierProblem(entry, this.rules) ??
      this.rival([as], key, as, { field, isAlternative: true, isShared: true });
    if (problem !== undefined) this.problems.add(key, problem);
    const normalise = this.rules.ofUser ? identifierNormalisers.get(as) : undefined;
    return { field, name: as, label, read: compileFieldPath(field), normalise };
  }

  private field({ field, as, merge = "set" }: FieldEntry, index: number): CompiledField[] {
    const key = `fields.${index}`;
    const path = parseTargetPath(as);
    const schema = this.find(field, key);
    const { entryMergesObjects } = this.options;
    const problem =
      targetProblem(path, as, this.rules) ??
      this.rival(path, key, as, { field }) ??
      mergeProblem(merge, { path, schema, entryMergesObjects, exact: true }, this.rules);
    if (problem !== undefined) {
      this.problems.add(key, problem);
      return [];
    }
    return [
      { field, read: compileFieldPath(field), slot: compileSlot(path, schema, merge, this.options, true) },
    ];
  }

  private static({ as, value }: StaticEntry, index: number): CompiledStatic[] {
    const key = `static.${index}`;
    const path = parseTargetPath(as);
    const normal: Json = valueNormaliser(path, "unknown", this.rules)?.(value) ?? value;
    const { entryMergesObjects } = this.options;
    const problem =
      targetProblem(path, as, this.rules) ??
      this.rival(path, key, as, {}) ??
      mergeProblem("set", { path, schema: "unknown", entryMergesObjects, exact: true }, this.rules) ??
      staticProblem(path, normal, this.rules);
    if (problem !== undefined) this.problems.add(key, problem);
    return problem === undefined ? [{ put: compilePut(path), value: normal }] : [];
  }

  /** Looks a field up in the schema of the stream. */
  private find(field: string, key: string): Finding {
    const found = findField(this.context.schema, field);
    this.findings.set(field, found);
    if (found === "absent") {
      this.problems.add(key, `names the field "${field}", which the stream does not have`);
    }
    return found;
  }

  /** Takes a target, or says who has it. */
  private rival(path: TargetPath, key: string, as: string, who: Omit<Claim, "by">): string | undefined {
    const rival = this.claims.take(path, { by: `"${this.problems.keyOf(key)}"`, ...who });
    return rival === undefined ? undefined : `writes to "${as}", as ${rival} does`;
  }
}
