import { selectedColumns } from "@braze-connectors/shared/airbyte/catalog";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import { isAttribute } from "../objects/attributes";
import { identifierColumns } from "../objects/identity";
import { type Route, type Routes, streamKey } from "../routes";

/**
 * What deltas can't see in a catalog, as sentences: each stream remembers what it has sent itself, and
 * nothing of what another one or Braze made of it.
 */
export function caveatsOf(catalog: ConfiguredAirbyteCatalog, routes: Routes): string[] {
  const written = catalog.streams.map((configured): [string, Set<string>] => {
    const stream = streamKey(configured.stream.name, configured.stream.namespace);
    const columns = selectedColumns(configured);
    return [stream, new Set(profileRoutes(routes, stream).flatMap((route) => attributesOf(route, columns)))];
  });
  const overlaps = written.flatMap(([stream, names], index) =>
    written.slice(index + 1).flatMap(([other, otherNames]) => {
      const common = [...names].filter((name) => otherNames.has(name));
      return common.length === 0 ? [] : [overlap(stream, other, common)];
    }),
  );
  return [...overlaps, ...written.flatMap(([stream]) => unknownUsers(routes, stream))];
}

const overlap = (stream: string, other: string, names: readonly string[]): string =>
  `${stream} and ${other} both write ${names.join(", ")}. Each stream remembers only what it has sent itself: a value that the other one has overwritten is not sent again. Let one stream write an attribute, or set "send" to "everything".`;

const unknownUsers = (routes: Routes, stream: string): string[] =>
  profileRoutes(routes, stream).every(({ options }) => options.createUsers)
    ? []
    : [
        `${stream} creates no users, and Braze does not say which it has ignored: a user who appears later gets only what changes from then on.`,
      ];

const profileRoutes = (routes: Routes, stream: string): Route[] =>
  (routes.get(stream) ?? []).filter(({ object }) => object.slot.dataPoints === "by attribute");

/** The attributes that a route is known to write before the first record. */
function attributesOf({ mapping, ignoredColumns }: Route, columns: readonly string[]): string[] {
  if (!mapping) {
    const identifier = identifierColumns.find((column) => columns.includes(column));
    return columns.filter(
      (column) => column !== identifier && isAttribute(column) && !ignoredColumns.includes(column),
    );
  }
  const { fields, remaining } = mapping;
  const slots = [
    ...fields.map(({ slot }) => slot),
    ...columns.flatMap((column) => (remaining?.takes(column) ? (remaining.slotOf(column) ?? []) : [])),
  ];
  return slots.flatMap(({ path: [name] }) => (name === undefined ? [] : [name]));
}
