import type { JsonObject } from "@braze-connectors/shared/json";
import type { DestinationOperation } from "@braze-connectors/spec/airbyte/protocol";
import type { Endpoint } from "../objects/endpoint";
import type { BrazeObject, DestinationSyncMode } from "../objects/object";

/** What can be done to an object, one operation a sync mode, as the object itself offers it. */
export interface ObjectOperations {
  object: BrazeObject;
  /** Fields that the workspace adds to the object's own. */
  ownFields?: JsonObject;
  /** Whether that is all of them: Braze refuses others, and nobody creates them. */
  isComplete?: boolean;
  /** For people: the name of the campaign, say. */
  title?: string;
}

/** The endpoints that a sync mode of an object needs. */
export function endpointsOf(object: BrazeObject, mode: DestinationSyncMode): Endpoint[] {
  const { slot } = inMode(object, mode);
  return [slot.endpoint, ...(slot.whenKnown ? [slot.whenKnown.endpoint] : [])];
}

/**
 * The operations of an object.
 * @param mayUse whether the API key may use an endpoint
 */
export function operationsOf(
  { object, ownFields = {}, isComplete = false, title }: ObjectOperations,
  mayUse: (endpoint: Endpoint) => boolean,
): DestinationOperation[] {
  return object.offer.modes
    .filter((mode) => endpointsOf(object, mode).every(mayUse))
    .map((mode) => {
      const { schema, matchingKeys } = inMode(object, mode).offer;
      const { properties, ...rest } = schema;
      // What only names its object, to delete it, takes no fields.
      const isOpen = schema.additionalProperties !== false;
      return {
        object_name: object.name,
        sync_mode: mode,
        json_schema: {
          ...rest,
          ...(title === undefined ? {} : { title }),
          properties: { ...(properties as JsonObject), ...(isOpen ? ownFields : {}) },
          additionalProperties: isOpen && !isComplete,
        },
        matching_keys: matchingKeys.map((key) => [key]),
      };
    });
}

const inMode = (object: BrazeObject, mode: DestinationSyncMode): BrazeObject =>
  object.forMode?.(mode) ?? object;
