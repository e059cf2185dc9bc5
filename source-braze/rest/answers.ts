import { systemError } from "@braze-connectors/shared/airbyte/errors";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";

/** Finds the entries in the body of an answer; `path` is where the answer came from, for errors. */
export type EntriesIn = (body: unknown, path: string) => JsonObject[];

/**
 * The objects of an array in an answer, `campaigns` or `data.stats`; null counts as empty.
 * @throws system_error when there is no such array: nothing read must not look like nothing there
 */
export const objectsAt =
  (place: string): EntriesIn =>
  (body, path) =>
    arrayAt(body, place, path).filter(isObject);

/** The strings of an array in an answer, each as a record of one column. */
export const stringsAt =
  (place: string, column: string): EntriesIn =>
  (body, path) =>
    arrayAt(body, place, path)
      .filter((value) => typeof value === "string")
      .map((value) => ({ [column]: value }));

/** The answer itself, or an object in it, as the only entry. */
export const objectAt =
  (place = ""): EntriesIn =>
  (body, path) => {
    const found = valueAt(body, place);
    if (isObject(found)) return [found];
    throw unexpected(path, place, "object");
  };

function arrayAt(body: unknown, place: string, path: string): Json[] {
  const found = valueAt(body, place);
  if (found === null) return [];
  if (Array.isArray(found)) return found;
  throw unexpected(path, place, "list");
}

function valueAt(body: unknown, place: string): unknown {
  const names = place === "" ? [] : place.split(".");
  return names.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
}

const unexpected = (path: string, place: string, what: string): Error =>
  systemError(
    `Braze's answer to ${path} makes no sense: it holds no ${what}${place === "" ? "" : ` "${place}"`}.`,
    { help: "odd-answer" },
  );
