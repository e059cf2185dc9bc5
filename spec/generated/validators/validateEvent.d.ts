// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.
import type { ValidateFunction } from "ajv";
declare const validateEvent: ValidateFunction<unknown>;
export default validateEvent;
