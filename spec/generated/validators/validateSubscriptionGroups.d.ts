// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.
import type { ValidateFunction } from "ajv";
declare const validateSubscriptionGroups: ValidateFunction<unknown>;
export default validateSubscriptionGroups;
