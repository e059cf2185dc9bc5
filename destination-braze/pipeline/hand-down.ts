import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { changeBody } from "./coalesce";
import type { Outgoing, Update } from "./update";

/**
 * What an update was to fill (`set_if_empty`) is still empty when it is refused: then it is the turn of the next one
 * that has a value.
 * @param waiting the objects behind it
 */
export function handDown(refused: Update, waiting: readonly Outgoing[] = []): void {
  refused.filled = refused.filled?.filter((name) => !waiting.some((outgoing) => fills(outgoing, name)));
}

function fills(outgoing: Outgoing, name: string): boolean {
  const heir = outgoing.updates.find(({ ifEmpty }) => ifEmpty !== undefined && Object.hasOwn(ifEmpty, name));
  if (!heir) return false;
  const value = heir.ifEmpty?.[name] as Json;
  heir.body = withValue(heir.body, name, value);
  heir.filled = [...(heir.filled ?? []), name];
  // Those behind it keep theirs, for its case.
  changeBody(outgoing, withValue(outgoing.body, name, value));
  return true;
}

/** A plain value, if there is one, came from the same or a later update. */
function withValue(body: JsonObject, name: string, value: Json): JsonObject {
  if (Object.hasOwn(body, name)) return body;
  const changed = { ...body };
  setOwn(changed, name, value);
  return changed;
}
