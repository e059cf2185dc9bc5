// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.
import type { ValidateFunction } from "ajv";
declare const validateUserAliases: ValidateFunction<unknown>;
export default validateUserAliases;
