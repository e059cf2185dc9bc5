import { readFile } from "node:fs/promises";
import type { ValidateFunction } from "ajv";
import { isObject, type Json, type JsonObject } from "../json";
import { describeErrors } from "./describe-errors";
import { configError, errorCode, errorMessage } from "./errors";
import type { HelpAnchor } from "./help";

/** The files given on the command line. */
export type InputFile = "config" | "catalog" | "state";

/**
 * Reads a JSON file given on the command line.
 * @throws config_error that names the file; never quotes it, for it may hold secrets
 */
export async function readJsonFile(path: string, what: InputFile): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const reason =
      errorCode(error) === "ENOENT"
        ? "does not exist"
        : `can't be read (${errorCode(error) ?? errorMessage(error)})`;
    throw configError(`The ${what} file ${path} ${reason}.`, { help: helpFor(what) });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const position = /position (\d+)/.exec(errorMessage(error))?.[1];
    const place = position === undefined ? "" : `: look at line ${lineAt(text, Number(position))}`;
    throw configError(`The ${what} file ${path} is not valid JSON${place}.`, { help: helpFor(what) });
  }
}

const helpFor = (what: InputFile): HelpAnchor =>
  (({ config: "config-invalid", catalog: "catalog-file", state: "state-file" }) as const)[what];

const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length;

export interface ParsedConfig<Config> {
  config: Config;
  /** Paths of keys that the schema does not know; hosts keep keys of older versions. */
  unknownKeys: string[];
}

/**
 * Checks a config against its compiled schema and fills in the schema's defaults.
 * @throws config_error that names every wrong key and what is expected there
 */
export function parseConfig<Config>(
  raw: unknown,
  validate: ValidateFunction,
  schema: object,
): ParsedConfig<Config> {
  if (!isObject(raw)) throw configError("The config must be a JSON object.", { help: "config-invalid" });
  const config = withoutNulls(raw);
  if (!validate(config)) {
    const wrong = describeErrors(validate.errors ?? [], { name: "the config", schema });
    throw configError(`The config is not right: ${wrong}.`, { help: "config-invalid" });
  }
  return { config: config as Config, unknownKeys: unknownKeys(config, schema) };
}

/** Forms send null for what was left empty: the same as a key that is not there. */
function withoutNulls(value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter(([, child]) => child !== null);
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutNestedNulls(child)]));
}

function withoutNestedNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNestedNulls);
  return isObject(value) ? withoutNulls(value) : value;
}

function unknownKeys(config: JsonObject, schema: unknown, prefix = ""): string[] {
  const branch = branchFor(config, schema);
  if (!isObject(branch) || !isObject(branch.properties)) return [];
  const properties = branch.properties;
  return Object.entries(config).flatMap(([key, value]) => {
    if (!Object.hasOwn(properties, key)) return [`${prefix}${key}`];
    return isObject(value) ? unknownKeys(value, properties[key], `${prefix}${key}.`) : [];
  });
}

function branchFor(config: JsonObject, schema: unknown): Json | undefined {
  if (!isObject(schema)) return undefined;
  if (!Array.isArray(schema.oneOf)) return schema;
  return schema.oneOf.find((candidate) => {
    const type =
      isObject(candidate) && isObject(candidate.properties) ? candidate.properties.storage_type : undefined;
    return isObject(type) && type.const === config.storage_type;
  });
}
