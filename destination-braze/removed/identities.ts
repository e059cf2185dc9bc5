import type { JsonObject } from "@braze-connectors/shared/json";
import { applyMapping } from "@braze-connectors/shared/mapping/apply";
import {
  type IdentifierColumn,
  identifierColumns,
  identify,
  isIdentity,
  preferring,
  segmentExportColumns,
} from "../objects/identity";
import type { Route } from "../routes";

/**
 * Whose record was rejected, if it says so: a value that Braze does not take is no sign that somebody left.
 */
export function identityOfRejected(data: JsonObject, { mapping, options }: Route): string | undefined {
  const mapped = mapping && applyMapping({ ...mapping, fields: [], statics: [], remaining: undefined }, data);
  if (mapped?.reasons) return undefined;
  const columns = options.segmentExport ? segmentExportColumns : identifierColumns;
  const identity = identify(
    mapped?.body ?? data,
    preferring<IdentifierColumn>(columns, mapped ? undefined : options.matchBy),
  );
  return isIdentity(identity) ? identity.key : undefined;
}

/** Under which other identities Braze may find the user of an object: its email address and its phone number. */
export function otherIdentities({ email, phone }: JsonObject, identity: string): string[] {
  const others: string[] = [];
  if (typeof email === "string") others.push(`email:${email.toLowerCase()}`);
  if (typeof phone === "string") others.push(`phone:${phone}`);
  return others.filter((other) => other !== identity);
}
