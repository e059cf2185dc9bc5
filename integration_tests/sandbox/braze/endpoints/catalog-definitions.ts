import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { Catalog } from "../content";
import { type Endpoint, success } from "../endpoint";
import { type CatalogError, catalogError, catalogNotFound, invalidRequest } from "./catalog-errors";
import { FIELD_TYPES } from "./catalog-values";
import { catalogNamed, listedCatalog } from "./catalogs";

const LONGEST_NAME = 250;
const MOST_FIELDS = 500;
const MOST_NEW_FIELDS = 50;
const NAME = /^[A-Za-z0-9_-]+$/;

type Field = Catalog["fields"][number];

/**
 * docs: api/endpoints/catalogs/catalog_management/synchronous/post_create_catalog. Of the messages only that of
 * `catalog-name-already-exists` is Braze's own.
 */
export const catalogsCreate: Endpoint = {
  method: "POST",
  path: "/catalogs",
  permission: "catalogs.create",
  rateGroup: "catalogs",
  handle: ({ workspace, body, nowMs }) => {
    const { catalogs } = body;
    if (!Array.isArray(catalogs) || catalogs.length === 0 || !catalogs.every(isJsonObject)) {
      return invalidRequest([catalogError("catalog-array-invalid", "Catalogs must be an array of objects")]);
    }
    const [definition] = catalogs;
    if (definition === undefined || catalogs.length > 1) {
      return invalidRequest([
        catalogError("too-many-catalog-atoms", "Only one catalog can be created per request"),
      ]);
    }
    const problem =
      nameError(definition.name, workspace.content.catalogs) ??
      descriptionError(definition.description) ??
      fieldsError(definition.fields, MOST_FIELDS, "too-many-fields") ??
      firstFieldError(definition.fields);
    if (problem !== undefined) return invalidRequest([problem]);
    const catalog: Catalog = {
      name: definition.name as string,
      ...(typeof definition.description === "string" ? { description: definition.description } : {}),
      fields: (definition.fields as unknown as Field[]).map(({ name, type }) => ({ name, type })),
      items: [],
      updated_at: new Date(nowMs).toISOString(),
    };
    workspace.content.catalogs.push(catalog);
    return success({ catalogs: [listedCatalog(catalog)] }, 201);
  },
};

/** docs: api/endpoints/catalogs/catalog_fields/asynchronous/post_create_catalog_fields */
export const catalogFieldsCreate: Endpoint = {
  method: "POST",
  path: "/catalogs/{name}/fields",
  permission: "catalogs.create_fields",
  rateGroup: "catalog_fields",
  handle: (call) => {
    const { fields } = call.body;
    const catalog = catalogNamed(call);
    if (catalog === undefined) return catalogNotFound(call.parameters.name ?? "");
    const problem = fieldsError(fields, MOST_NEW_FIELDS, "request-includes-too-many-fields");
    if (problem !== undefined) return invalidRequest([problem]);
    const added = fields as unknown as Field[];
    if (catalog.fields.length + added.length > MOST_FIELDS) {
      const message = `Catalog cannot have more than ${MOST_FIELDS} fields`;
      return invalidRequest([catalogError("catalog-exceeds-fields-limit", message)]);
    }
    const taken = added.filter(({ name }) => catalog.fields.some((field) => field.name === name));
    if (taken.length > 0) return invalidRequest([notUnique(taken.map(({ name }) => name))]);
    catalog.fields.push(...added.map(({ name, type }) => ({ name, type })));
    return success({}, 202);
  },
};

function nameError(name: Json | undefined, catalogs: readonly Catalog[]): CatalogError | undefined {
  if (typeof name !== "string" || !NAME.test(name)) {
    const message = "Catalog name can only include letters, numbers, hyphens, and underscores";
    return catalogError("invalid-catalog-name", message, ["name"], [name ?? null]);
  }
  if (name.length > LONGEST_NAME) {
    return catalogError("catalog-name-too-large", "Catalog name is too long", ["name"], [name]);
  }
  return catalogs.some((each) => each.name === name)
    ? catalogError("catalog-name-already-exists", "A catalog with that name already exists", ["name"], [name])
    : undefined;
}

function descriptionError(description: Json | undefined): CatalogError | undefined {
  return typeof description === "string" && description.length > LONGEST_NAME
    ? catalogError("description-too-long", "Description is too long", ["description"], [description])
    : undefined;
}

function fieldsError(fields: Json | undefined, most: number, tooMany: string): CatalogError | undefined {
  if (!Array.isArray(fields) || fields.length === 0 || !fields.every(isField)) {
    return catalogError("invalid-fields", "Fields must be an array of objects with a name and a type");
  }
  if (fields.length > most) return catalogError(tooMany, `There can't be more than ${most} fields`);
  const names = fields.map((field) => field.name);
  const invalid = names.filter((name) => !NAME.test(name));
  if (invalid.length > 0) {
    const message = "Fields can only include letters, numbers, hyphens, and underscores";
    return catalogError("invalid-field-names", message, ["name"], invalid);
  }
  const long = names.filter((name) => name.length > LONGEST_NAME);
  if (long.length > 0)
    return catalogError("field-names-too-large", "Field names are too long", ["name"], long);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0) return notUnique(repeated);
  const types = fields.map((field) => field.type).filter((type) => !FIELD_TYPES.has(type));
  return types.length > 0
    ? catalogError("invalid-field-types", "Field types are not valid", ["type"], types)
    : undefined;
}

function notUnique(names: string[]): CatalogError {
  return catalogError("field-names-not-unique", "Field names must be unique", ["name"], names);
}

function firstFieldError(fields: Json | undefined): CatalogError | undefined {
  const first = Array.isArray(fields) ? fields[0] : undefined;
  return isJsonObject(first) && first.name === "id" && first.type === "string"
    ? undefined
    : catalogError("id-not-first-column", "The first field must be id, of type string");
}

function isField(field: Json): field is JsonObject & Field {
  return isJsonObject(field) && typeof field.name === "string" && typeof field.type === "string";
}
