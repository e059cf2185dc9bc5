import type { Routes } from "../../routes";

/**
 * Which streams may take each other's fields away, as sentences: an item that a stream has not sent before
 * is replaced as a whole, for only that creates it where it is missing.
 */
export function catalogCaveats(routes: Routes): string[] {
  const writers = new Map<string, Set<string>>();
  const replacing = new Set<string>();
  for (const [stream, own] of routes) {
    for (const { object } of own) {
      const { endpoint } = object.slot;
      if (!object.name.startsWith("catalog_items/") || endpoint.method === "DELETE") continue;
      const streams = writers.get(object.name) ?? new Set();
      writers.set(object.name, streams.add(stream));
      if (endpoint.method === "PUT") replacing.add(object.name);
    }
  }
  return [...writers].flatMap(([object, streams]) =>
    streams.size > 1 && replacing.has(object) ? [caveat(object, [...streams])] : [],
  );
}

const caveat = (object: string, streams: readonly string[]): string =>
  `${streams.join(" and ")} all write ${object}. An item that one of them has not sent before is replaced as a whole, with all fields that the others have written: let one stream create the items, and the others use the sync mode update.`;
