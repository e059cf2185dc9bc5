import type { Mapping } from "@braze-connectors/spec/mapping";

/** What tells streams apart. */
export interface StreamName {
  name: string;
  namespace?: string | undefined;
}

/** A mapping entry with its place in the config. */
export interface PlacedMapping {
  mapping: Mapping;
  index: number;
}

/** Whether a name fits a pattern, in which each `*` stands for any characters, also for none. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [start = "", ...parts] = pattern.split("*");
  const end = parts.pop();
  if (end === undefined) return name === pattern;
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  const limit = name.length - end.length;
  let position = start.length;
  for (const part of parts) {
    const found = name.indexOf(part, position);
    if (found === -1 || found + part.length > limit) return false;
    position = found + part.length;
  }
  return true;
}

const isPattern = (name: string): boolean => name.includes("*");

/** A stream answers to its name, and to `namespace.name`. */
const namesOf = ({ name, namespace }: StreamName): string[] =>
  namespace === undefined ? [name] : [name, `${namespace}.${name}`];

const isMeant = ({ stream }: Mapping, names: readonly string[]): boolean =>
  names.some((name) => matchesPattern(stream, name));

/**
 * The entries that apply to a stream, in the order of the config: all that match, for one stream may feed
 * several objects. Only where an entry names the stream itself, patterns for the same object do not apply.
 * @param defaultObject what an entry without an object writes to
 */
export function mappingsForStream(
  mappings: readonly Mapping[],
  stream: StreamName,
  defaultObject?: string,
): PlacedMapping[] {
  const names = namesOf(stream);
  const matching = mappings
    .map((mapping, index) => ({ mapping, index }))
    .filter(({ mapping }) => isMeant(mapping, names));
  const objectOf = ({ object = defaultObject }: Mapping): string | undefined => object;
  const named = new Set(
    matching.filter(({ mapping }) => !isPattern(mapping.stream)).map(({ mapping }) => objectOf(mapping)),
  );
  return matching.filter(({ mapping }) => !isPattern(mapping.stream) || !named.has(objectOf(mapping)));
}

/** The entries that match none of the streams: probably a slip. */
export const mappingsWithoutStream = (
  mappings: readonly Mapping[],
  streams: readonly StreamName[],
): PlacedMapping[] =>
  mappings
    .map((mapping, index) => ({ mapping, index }))
    .filter(({ mapping }) => !streams.some((stream) => isMeant(mapping, namesOf(stream))));
