/**
 * Makes spec/generated from the JSON Schemas in spec/: dereferenced schemas, TypeScript types and
 * compiled validators. `--check` writes nothing and fails when what is there is stale.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import Ajv, { type AnySchemaObject } from "ajv";
import standaloneCode from "ajv/dist/standalone";
import addFormats from "ajv-formats";
import { compile } from "json-schema-to-typescript";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const specDirectory = __dirname;
const generatedDirectory = join(specDirectory, "generated");
const banner = "// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.\n";

/** Validators to compile: exported name → schema file, optionally a definition inside it. */
const validators: Record<string, { file: string; definition?: string }> = {
  validateSourceConfig: { file: "source-braze.json" },
  validateDestinationConfig: { file: "destination-braze.json" },
  validateConfiguredCatalog: { file: "airbyte/protocol.json", definition: "ConfiguredAirbyteCatalog" },
  validateMessage: { file: "airbyte/protocol.json", definition: "AirbyteMessage" },
  validateUserAttributes: { file: "braze/user_attributes.json" },
  validateEvent: { file: "braze/event.json" },
  validatePurchase: { file: "braze/purchase.json" },
  validateSubscriptionGroups: { file: "braze/subscription_groups.json" },
  validateUserAliases: { file: "braze/user_aliases.json" },
  validateDeleteUsers: { file: "braze/delete_users.json" },
  validateIdentifyUsers: { file: "braze/identify_users.json" },
  validateMergeUsers: { file: "braze/merge_users.json" },
  validateRenameExternalIds: { file: "braze/rename_external_ids.json" },
  validateCatalogItems: { file: "braze/catalog_items.json" },
  validateCampaignTrigger: { file: "braze/campaign_trigger.json" },
  validateCanvasTrigger: { file: "braze/canvas_trigger.json" },
};

/** All files in a folder, with forward slashes and in one order on every machine. */
async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}

async function schemaFiles(): Promise<string[]> {
  const files = await filesIn(specDirectory);
  return files.filter(
    (file) => file.endsWith(".json") && file !== "package.json" && !file.startsWith("generated/"),
  );
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function readSchema(file: string): Promise<JsonObject> {
  return dereference(
    JSON.parse(await readFile(join(specDirectory, file), "utf8")),
    join(specDirectory, file, ".."),
  );
}

/** Inlines references to other files, so that every generated schema (and so SPEC) stands alone. */
async function dereference(value: JsonObject, directory: string): Promise<JsonObject> {
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    if (Array.isArray(child)) {
      result[key] = await Promise.all(
        child.map(async (item) => (isObject(item) ? await dereference(item, directory) : item)),
      );
    } else {
      result[key] = isObject(child) ? await dereference(child, directory) : child;
    }
  }
  const reference = result.$ref;
  if (typeof reference !== "string" || reference.startsWith("#")) return result;
  const target = await readSchema(relative(specDirectory, join(directory, reference)));
  delete target.$schema;
  return target;
}

/**
 * Gives every oneOf whose branches have a constant `storage_type` ajv's discriminator, so that an
 * error speaks of the branch that the user chose and not of all of them. (The branches require the key.)
 */
function withDiscriminators(value: Json): Json {
  if (Array.isArray(value)) return value.map(withDiscriminators);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) result[key] = withDiscriminators(child);
  if (Array.isArray(result.oneOf) && result.oneOf.every(hasStorageType)) {
    result.discriminator = { propertyName: "storage_type" };
  }
  return result;
}

const hasStorageType = (branch: Json): boolean =>
  isObject(branch) && isObject(branch.properties) && "storage_type" in branch.properties;

/** Titles name form fields; as type names they would only add noise, so types keep the root's alone. */
function withoutNestedTitles(value: Json, depth = 0): Json {
  if (Array.isArray(value)) return value.map((item) => withoutNestedTitles(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, child]) => depth === 0 || key !== "title" || typeof child !== "string")
      .map(([key, child]) => [key, withoutNestedTitles(child, depth + 1)]),
  );
}

async function generate(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const ajv = new Ajv({
    code: { source: true, esm: false },
    allErrors: true,
    strict: false,
    useDefaults: true,
    discriminator: true,
  });
  addFormats(ajv);

  const schemas = new Map<string, JsonObject>();
  for (const file of await schemaFiles()) {
    const schema = await readSchema(file);
    schemas.set(file, schema);
    if (!file.startsWith("storage-")) {
      const name = file.replace(/\.json$/, "");
      const types = await compile(withoutNestedTitles(schema) as AnySchemaObject, name, {
        bannerComment: banner,
        unreachableDefinitions: true,
        ignoreMinAndMaxItems: true,
        strictIndexSignatures: true,
        format: false,
      });
      files.set(`${name}.ts`, types);
      files.set(`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
    }
    ajv.addSchema(withDiscriminators(schema) as AnySchemaObject, file);
  }

  for (const [name, { file, definition }] of Object.entries(validators)) {
    const validate = ajv.getSchema(definition ? `${file}#/definitions/${definition}` : file);
    if (!validate) throw new Error(`No schema for the validator ${name}`);
    files.set(`validators/${name}.js`, `${banner}${standaloneCode(ajv, validate)}\n`);
    files.set(
      `validators/${name}.d.ts`,
      `${banner}import type { ValidateFunction } from "ajv";\ndeclare const ${name}: ValidateFunction<unknown>;\nexport default ${name};\n`,
    );
  }
  return files;
}

/** Generated files that differ from what they should be, are missing, or should not be there. */
async function staleFiles(files: Map<string, string>): Promise<string[]> {
  const present = await filesIn(generatedDirectory).catch(() => []);
  const stale = present.filter((name) => !files.has(name));
  for (const [name, content] of files) {
    const current = await readFile(join(generatedDirectory, name), "utf8").catch(() => undefined);
    if (current !== content) stale.push(name);
  }
  return stale;
}

async function main(): Promise<void> {
  const files = await generate();
  if (process.argv.includes("--check")) {
    const stale = await staleFiles(files);
    if (stale.length > 0) {
      process.stderr.write(
        `spec/generated is stale (${stale.join(", ")}): run npm run generate and commit.\n`,
      );
      process.exitCode = 1;
    }
    return;
  }
  await rm(generatedDirectory, { recursive: true, force: true });
  for (const [name, content] of files) {
    await mkdir(join(generatedDirectory, name, ".."), { recursive: true });
    await writeFile(join(generatedDirectory, name), content);
  }
}

void main();
