import { membersOf } from "@braze-connectors/shared/json-members";

/**
 * The data of a record as it stands in its line: parsing and printing would change digits.
 * @param line a RECORD message that was parsed before
 */
export function dataTextIn(line: string): string | undefined {
  const record = lastMember(line.trim(), "record");
  return record === undefined ? undefined : lastMember(record, "data");
}

/** Of members with the same key the last one counts, as for `JSON.parse`. */
function lastMember(object: string, wanted: string): string | undefined {
  let found: string | undefined;
  for (const { key, valueText } of membersOf(object)) if (key === wanted) found = valueText;
  return found;
}
