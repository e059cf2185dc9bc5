// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.
import type { ValidateFunction } from "ajv";
declare const validateCatalogItems: ValidateFunction<unknown>;
export default validateCatalogItems;
