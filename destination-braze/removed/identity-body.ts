import type { JsonObject } from "@braze-connectors/shared/json";
import { aliasOf, kindAndValue } from "../objects/identity-key";

/** The identifier as a key of an attributes object. Nobody is to be created only to be changed like this. */
export function identifierBody(identity: string): JsonObject {
  const { kind, value } = kindAndValue(identity);
  return { [kind]: kind === "user_alias" ? aliasOf(value) : value, _update_existing_only: true };
}
