import type { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Outcome } from "../pipeline/outcome";
import type { Outgoing } from "../pipeline/update";
import type { Limits, ObjectCounting } from "../settings";
import type { RateGroup } from "./rate-groups";

/** What a request may carry, and how many may be under way. */
export interface BatchLimits {
  objectsPerRequest: number;
  countObjects: ObjectCounting;
  maxRequestBytes: number;
  concurrentRequests: number;
}

/** An endpoint of Braze that takes many objects in a request. */
export interface Endpoint {
  /** Tells endpoints apart, and names them to people. */
  readonly name: string;
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** What an API key needs to use it. */
  readonly permission: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The rate limit that its requests count against. */
  readonly rateGroup: RateGroup;
  /** Failure statuses that say something of the objects: `judge` wants to see them. */
  readonly accept: readonly number[];
  /**
   * Whether a request is sent again when nobody knows what became of it: its answer was lost, or Braze
   * failed on it. `reject` where arriving twice is worse than not at all.
   */
  readonly inDoubt: "send again" | "reject";
  /** Whether the order of objects inside a request is documented: see `Slot.order`. */
  readonly ordered: boolean;
  batchLimits(limits: Limits): BatchLimits;
  /** The endpoint that takes its place under the configured limits, if one does. */
  replacedBy?(limits: Limits): Pick<Endpoint, "path" | "permission"> | undefined;
  /** The body of a request, as JSON text or its bytes. */
  requestBody(objects: readonly Outgoing[]): string | Buffer;
  /** What an answer says of the objects of its request. */
  judge(status: number, body: unknown, objects: readonly Outgoing[]): Outcome;
  /** The error for when Braze has refused each of many objects with the same words, if that is nobody's own fault. */
  stopsAll?(status: number, words: string, objects: readonly Outgoing[]): ConnectorError;
  /** Whether objects may not share a request with what is in it already, although they would fit. */
  fitsWith?(outgoing: Outgoing, others: readonly Outgoing[]): boolean;
}

/** A kind of object in the requests of an endpoint, and what Braze does with it. */
export interface Slot {
  /** Tells slots apart; stays the same from sync to sync. */
  readonly name: string;
  /** The list that its objects stand in inside a request; errors name it. */
  readonly list: string;
  readonly endpoint: Endpoint;
  /** Inside a request Braze processes slots in this order, and the objects of one slot as they stand there. */
  readonly order: number;
  /** Data points that an object costs; attributes are counted one by one. */
  readonly dataPoints: 0 | 1 | "by attribute";
  /**
   * Whether Braze may get an object twice without anything going wrong. `by attribute`: but for
   * attributes that change what is there (`inc`).
   */
  readonly repeatable: boolean | "by attribute";
  /** How it is remembered what Braze has of these objects; without it nothing is, and all of an object is sent. */
  readonly memory?: Memory;
  /**
   * Whether Braze has something else afterwards of whom or what it is about (deletions, merges, new names): what is
   * remembered of these identities is forgotten, whichever stream it is that remembers.
   */
  readonly undoes?: boolean;
  /**
   * Whether nothing is left in Braze of `identity` (the others that it concerns keep what they have): what Braze had
   * accepted before went with it, also when it is sent once more after a crash.
   */
  readonly empties?: boolean;
  /** Where an object travels instead when something of it is remembered: only what changed is sent there. */
  readonly whenKnown?: Slot;
  /**
   * Two objects of one identity, the earlier and the later, as one with the same effect; undefined when
   * no single object has the effect of both. Without it, objects are never merged.
   */
  merge?(earlier: JsonObject, later: JsonObject): JsonObject | undefined;
}

/** How the values of an object are remembered. */
export interface Memory {
  /** The field of the body that says whose it is: never left out. */
  identifierOf(identity: string): string;
  /** Whether Braze is to create nothing: it says success, too, where it knows nobody, and then it has nothing. */
  updatesOnly(body: JsonObject): boolean;
  /** Stands before the names of fields, so that objects of different kinds don't share rules for names. */
  readonly prefix: string;
}

/** Posts to an endpoint; what tests put in place of it is small. */
export type Sends = Pick<BrazeClient, "send">;
