import type { JsonObject } from "@braze-connectors/shared/json";
import type { ConfiguredAirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import type { ValidateFunction } from "ajv";
import type { Endpoint, Slot } from "./endpoint";
import type { IdentifierColumn } from "./identity";
import type { Offer } from "./offer";

/** Why a record can't be delivered. `code` is for machines, `message` for people. */
export interface Reason {
  code:
    | "missing_identifier"
    | "invalid_value"
    | "record_too_large"
    | "refused_by_braze"
    | "outcome_unknown"
    | "stream_not_in_catalog";
  message: string;
  /** The field at fault, if one is. */
  field?: string;
}

/** What a record becomes: an object for Braze, or the reasons why it can't become one. */
export type Prepared =
  | {
      /** Not to be changed: it may be the record itself. */
      body: JsonObject;
      /** See identity.ts. */
      identity: string;
      /** Other identities that it concerns: what comes before and after it of them keeps its order too. */
      also?: readonly string[];
      /** Where it travels, if not where the object's records usually do. */
      slot?: Slot;
      /** Whether the body is known to be valid; otherwise it has to be validated. */
      isValid?: boolean;
      /** What Braze will do to the object without saying so, as sentences; the report counts them. */
      notes?: string[];
      reasons?: undefined;
    }
  | { reasons: Reason[] };

/** What preparing a record depends on, fixed for a stream. */
export interface ObjectOptions {
  /** Whether Braze may create users for unknown identifiers. */
  createUsers: boolean;
  nullValues: "ignore" | "clear";
  /** Whether the records are what `segment_users` of source-braze emits. */
  segmentExport: boolean;
  /** What is done with a message of which nobody knows whether Braze has taken it. */
  messagesInDoubt: Endpoint["inDoubt"];
  /** The identifier that the user has chosen to match records by: it goes before the others. */
  matchBy?: IdentifierColumn;
}

/** A kind of thing that can be written to Braze. */
export interface BrazeObject {
  readonly name: string;
  /** Where its records travel. */
  readonly slot: Slot;
  /** All places where they may travel. */
  readonly slots: readonly Slot[];
  /** Columns of a stream that this object leaves out; said once in the log. */
  ignoredColumns(columns: readonly string[], options: ObjectOptions): string[];
  /** Record → object for Braze, not validated yet. */
  prepare(record: JsonObject, options: ObjectOptions): Prepared;
  readonly validate: ValidateFunction;
  /** What hosts offer of it. */
  readonly offer: Offer;
  /** The object as a stream with this sync mode, one of `modesOf`, writes it. Without it, they are all the same. */
  forMode?(mode: DestinationSyncMode): BrazeObject;
}

export type DestinationSyncMode = ConfiguredAirbyteStream["destination_sync_mode"];
