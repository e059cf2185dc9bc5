import { type ConnectorError, configError } from "@braze-connectors/shared/airbyte/errors";
import { messageOf } from "@braze-connectors/shared/braze/errors";
import type { JsonObject } from "@braze-connectors/shared/json";
import { isObject } from "@braze-connectors/shared/json";
import type { ValidateFunction } from "ajv";
import { judge, type Outcome } from "../pipeline/outcome";
import type { Outgoing } from "../pipeline/update";
import type { Endpoint, Slot } from "./endpoint";
import { otherColumns, takeFields, unsendableField } from "./fields";
import { type Identity, identify, isIdentity, preferring } from "./identity";
import { bodyOfLists, listEndpoint, listSlot } from "./list-endpoint";
import type { BrazeObject, ObjectOptions, Reason } from "./object";
import { fieldsOf } from "./offer";
import { withPrioritization } from "./prioritization";

export interface TriggerKind {
  /** `campaign_trigger`: the object is `campaign_trigger/ID`. */
  name: string;
  path: string;
  permission: string;
  /** The key of the request that names the campaign or Canvas. */
  idKey: string;
  schema: { properties: object };
  validate: ValidateFunction;
}

const identifiers = ["external_id", "user_alias", "braze_id", "email"] as const;

/**
 * Recipients of an API-triggered campaign or Canvas. A message that is sent twice is worse than one that is
 * rejected: what Braze may have taken is not sent again, unless the config says so.
 */
export function triggerObject(kind: TriggerKind, id: string): BrazeObject {
  const { path, permission, idKey, schema, validate } = kind;
  const fields = Object.keys(schema.properties);
  const target: Target = {
    name: `${kind.name}/${id}`,
    id,
    what: idKey === "canvas_id" ? "Canvas" : "campaign",
  };
  const members = [`${JSON.stringify(idKey)}:${JSON.stringify(id)}`];
  const endpointFor = (inDoubt: Endpoint["inDoubt"]): Endpoint =>
    listEndpoint({
      name: `${path} of ${id}`,
      path,
      permission,
      rateGroup: "triggers",
      inDoubt,
      requestBody: (objects) => bodyOfLists(objects, members),
      judge: (status, body, objects) => judgeTrigger(status, body, objects, target),
      stopsAll: (status, words, objects) => notSendable(target, status, words, objects),
    });
  const slotFor = (inDoubt: Endpoint["inDoubt"]): Slot =>
    listSlot({
      name: `${kind.name}/${id}`,
      list: "recipients",
      endpoint: endpointFor(inDoubt),
      repeatable: false,
    });
  const slots = { reject: slotFor("reject"), "send again": slotFor("send again") };
  return {
    name: `${kind.name}/${id}`,
    slot: slots.reject,
    slots: Object.values(slots),
    validate,
    offer: {
      modes: ["append"],
      likeAppend: [],
      matchingKeys: ["external_user_id", "user_alias", "braze_id", "email"],
      schema: fieldsOf(schema),
    },
    ignoredColumns: (columns) => otherColumns(columns, [...fields, "external_id"]),
    prepare(record, { messagesInDoubt, matchBy }: ObjectOptions) {
      const given = takeFields(record, fields);
      const identity = identify(
        { ...given, external_id: given.external_user_id ?? record.external_id ?? null },
        preferring(identifiers, matchBy),
      );
      if (!isIdentity(identity)) return { reasons: [inRecipientsTerms(identity)] };
      const body = recipient(given, identity);
      const wrong = creationProblem(body) ?? unsendableField(body);
      return wrong ? { reasons: [wrong] } : { body, identity: identity.key, slot: slots[messagesInDoubt] };
    },
  };
}

/** One identifier a recipient: with several, Braze would have to choose. */
function recipient(given: JsonObject, { name, value }: Identity): JsonObject {
  const { external_user_id, user_alias, braze_id, email, prioritization, ...rest } = given;
  const named: JsonObject = { [name === "external_id" ? "external_user_id" : name]: value, ...rest };
  if (name !== "email") return named;
  return withPrioritization(prioritization === undefined ? named : { ...named, prioritization });
}

/** Of a recipient, the field is called otherwise. */
const inRecipientsTerms = ({ message, ...reason }: Reason): Reason => ({
  ...reason,
  message: message.replace("external_id", "external_user_id"),
});

/** Why Braze can't create the recipient, where it is asked to. */
function creationProblem({ send_to_existing_only: existingOnly, user_alias, attributes }: JsonObject) {
  if (existingOnly !== false) return undefined;
  const problem = (field: string, message: string): Reason => ({ code: "invalid_value", field, message });
  if (user_alias !== undefined) {
    return problem(
      "send_to_existing_only",
      "send_to_existing_only can't be false for a user_alias: Braze creates nobody by an alias here.",
    );
  }
  if (attributes !== undefined) return undefined;
  return problem(
    "attributes",
    "attributes is missing: with send_to_existing_only false, Braze creates the recipient from them.",
  );
}

/** The campaign or Canvas of an object. */
interface Target {
  /** `campaign_trigger/ID` */
  name: string;
  id: string;
  what: "campaign" | "Canvas";
}

/**
 * A campaign or Canvas that is paused takes the request with success, sends nothing, and says so in `notice`. One
 * that can't be triggered at all refuses every request, whoever the recipients are.
 */
function judgeTrigger(status: number, body: unknown, objects: readonly Outgoing[], target: Target): Outcome {
  const notice = status < 400 && isObject(body) ? body.notice : undefined;
  if (typeof notice === "string")
    return { kind: "settled", fates: objects.map(() => ({ kind: "rejected", reason: notice })) };
  const words = status < 400 ? undefined : messageOf(body);
  if (words !== undefined && blamesTarget(words))
    return { kind: "stops all", error: notSendable(target, status, words, objects) };
  return judge(status, body, objects);
}

/**
 * Braze documents "Invalid Campaign ID" with "No messaging API campaign was found for your provided campaign ID."
 * (api/errors), and nothing for Canvases.
 */
const targetProblems = [
  /\binvalid (campaign|canvas)[ _]id\b/i,
  /\bno [\w -]{0,30}\b(campaign|canvas) (was |could be )?found\b/i,
  /\b(campaign|canvas)([ _]id)?\b[^.;]{0,60}\b(does not exist|doesn't exist|(was |could )?not (be )?found|is invalid|is unknown)\b/i,
  /\b(campaign|canvas)\b[^.;]{0,60}\b(is|was|has been) (not|archived|disabled|inactive|deleted|stopped|paused|a draft)\b/i,
];

/** Whether Braze's words are about the campaign or Canvas alone. */
const blamesTarget = (words: string): boolean =>
  !/\b(recipients?|users?)\b/i.test(words) && targetProblems.some((problem) => problem.test(words));

/** The error for a campaign or Canvas to whose recipients nothing can be sent. */
function notSendable(
  { name, id, what }: Target,
  status: number,
  words: string,
  objects: readonly Outgoing[],
): ConnectorError {
  const stream = objects[0]?.updates[0]?.record.stream;
  return configError(
    `The stream "${stream}" is written to ${name}, but Braze sends nothing for the ${what} "${id}" (${status}: ${words}): check that this is the API identifier of one that is API-triggered and live.`,
    { help: "destination-object", ...(stream === undefined ? {} : { stream }) },
  );
}
