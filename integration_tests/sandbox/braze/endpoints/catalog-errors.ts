import type { Json, JsonObject } from "../../json";
import type { Answer } from "../endpoint";

/** An entry of `errors` in an answer of the catalog endpoints. */
export interface CatalogError extends JsonObject {
  id: string;
  message: string;
  parameters: string[];
  parameter_values: Json[];
}

export function catalogError(
  id: string,
  message: string,
  parameters: string[] = [],
  values: Json[] = [],
): CatalogError {
  return { id, message, parameters, parameter_values: values };
}

/** An error that names an item by its id. */
export function itemError(id: string, message: string, item: Json): CatalogError {
  return catalogError(id, message, ["id"], [item]);
}

/** Errors refuse the whole request (docs: the pages under api/endpoints/catalogs). */
export function invalidRequest(errors: CatalogError[], status = 400): Answer {
  return { status, body: { errors, message: "Invalid Request" } };
}

export function catalogNotFound(name: string): Answer {
  return invalidRequest(
    [catalogError("catalog-not-found", "Could not find catalog", ["catalog_name"], [name])],
    404,
  );
}
