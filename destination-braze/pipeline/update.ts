import type { JsonObject } from "@braze-connectors/shared/json";
import type { Change } from "../delta/change";
import type { FlatShape } from "../flat/shape";
import type { RecordJson } from "../messages";
import type { Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import type { Epoch } from "./acknowledge";
import type { Lane } from "./coalesce";

/** A record that was received and is not settled yet. */
export interface ReceivedRecord {
  /** The stream's key, as in the routes. */
  stream: string;
  /** Let go of when updates of their own are made of it: see record-data.ts. */
  data: JsonObject | undefined;
  /** The data as it came, where that is known and not let go of. */
  json?: RecordJson;
  /** The same in UTF-8, once it was let go of. */
  utf8?: Uint8Array | undefined;
  /** Its whole line, where it is not known which part of it is the data. */
  line?: string;
  /** Between which two states it was received. */
  epoch: Epoch;
  /** Length of its line: what it roughly occupies while it waits. */
  sizeBytes: number;
  /** Updates made of it that are not settled yet; the record is settled with the last of them. */
  open: number;
  /** Why it is rejected, if it is; one of its updates is enough. */
  reasons: readonly Reason[];
  /** Whether Braze has learned something from it. */
  changed: boolean;
  /** Whether another shard counts it: of its objects the first is that one's, and only others are ours. */
  isGuest?: boolean;
}

/** Notes why a record is rejected. */
export function refuse(record: ReceivedRecord, ...reasons: readonly Reason[]): void {
  record.reasons = [...record.reasons, ...reasons];
}

/** A record made into an object for Braze. */
export interface Update {
  record: ReceivedRecord;
  slot: Slot;
  /** Whose user it changes, or which item; see objects/identity.ts. */
  identity: string;
  /** Others that it concerns too: what comes before and after it of them keeps its order as well. */
  also?: readonly string[];
  /** Not to be changed: it may be the record's data itself. */
  body: JsonObject;
  /**
   * Attributes that are set only if the profile has no value for them yet; once that is decided, those that are left
   * to an earlier update.
   */
  ifEmpty?: JsonObject;
  /** Those of them that it was decided to set. */
  filled?: readonly string[];
  /** The shape of the record if it was not parsed: it sets plain values, and nothing else. */
  shape?: FlatShape;
  /** What Braze will do to it without saying so, as sentences. */
  notes?: string[];
}

/** One object of a request: one update, or several of one identity merged. */
export interface Outgoing {
  slot: Slot;
  identity: string;
  body: JsonObject;
  updates: Update[];
  /** Length of the lines that it was made of: what it roughly weighs while it waits. */
  receivedBytes: number;
  /** Not to be merged with others: it was split off to find out whether it is at fault. */
  alone: boolean;
  /** Whether `sent` says what of the body is to be sent; a merge makes that stale. */
  reduced: boolean;
  /** The part of the body that Braze does not have from us, when that is not all of it. */
  sent?: JsonObject;
  /** What is to be remembered once Braze has accepted it. */
  change?: Change;
  /** The lane that it left for Braze, once it has. */
  lane?: Lane;
  /** What is sent as JSON text, once it was needed. */
  json?: string;
  /** The same in UTF-8, where that is known: it is only copied. */
  utf8?: Uint8Array;
  sizeBytes?: number;
}

export const outgoingOf = (update: Update, alone = false): Outgoing => ({
  slot: update.slot,
  identity: update.identity,
  body: update.body,
  updates: [update],
  receivedBytes: update.record.sizeBytes,
  alone,
  reduced: false,
  sent: undefined,
  change: undefined,
  lane: undefined,
  json: undefined,
  utf8: undefined,
  sizeBytes: undefined,
});
