/** Keys of an attributes object that say whose it is or how to apply it. */
const notAttributes = new Set([
  "external_id",
  "user_alias",
  "braze_id",
  "_update_existing_only",
  "_merge_objects",
  "push_token_import",
]);

/** Whether a key of an attributes object names an attribute, if it does not identify the user there. */
export const isAttribute = (key: string): boolean => !notAttributes.has(key);
