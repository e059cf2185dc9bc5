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
  const members = [`${JSON.stringify(idKey)}:${JSON.stringify(id)}`];
  const endpointFor = (inDoubt: Endpoint["inDoubt"]): Endpoint =>
    listEndpoint({
      name: `${path} of ${id}`,
      path,
      permission,
      rateGroup: "triggers",
      inDoubt,
      requestBody: (objects) => bodyOfLists(objects, members),
      judge: judgeTrigger,
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

/** A campaign or Canvas that is paused takes the request with success, sends nothing, and says so in `notice`. */
function judgeTrigger(status: number, body: unknown, objects: readonly Outgoing[]): Outcome {
  const notice = status < 400 && isObject(body) ? body.notice : undefined;
  if (typeof notice !== "string") return judge(status, body, objects);
  return { kind: "settled", fates: objects.map(() => ({ kind: "rejected", reason: notice })) };
}
