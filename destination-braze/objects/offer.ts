import type { JsonObject } from "@braze-connectors/shared/json";
import type { DestinationSyncMode } from "./object";

/** What a host shows of an object to people who map their columns onto it. */
export interface Offer {
  /** The sync modes that make sense for it. */
  modes: readonly DestinationSyncMode[];
  /**
   * Modes that do the same as `append` and are not shown beside it. Hosts without data activation know no object,
   * and choose between these for every stream.
   */
  likeAppend: readonly DestinationSyncMode[];
  /** The fields by which a record can find what it is about. */
  matchingKeys: readonly string[];
  /** The fields of a record. */
  schema: JsonObject;
}

/** All sync modes in which an object can be written. */
export const modesOf = ({ modes, likeAppend }: Offer): DestinationSyncMode[] => [...modes, ...likeAppend];

/** A schema as people see it: no references to itself that a form can't follow. */
export const fieldsOf = (schema: object, changes: JsonObject = {}): JsonObject => {
  const { $schema: _, ...rest } = schema as JsonObject;
  return { ...rest, ...changes };
};
