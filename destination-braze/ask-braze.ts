import { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { contentRefusals, messageOf, statusError } from "@braze-connectors/shared/braze/errors";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { aliasOf, kindAndValue } from "./objects/identity-key";
import type { AskBraze, ProfileAnswer } from "./pipeline/look-up";
import { refusedAlike } from "./pipeline/refused-alike";

/** Identifiers in one request (post_users_identifier). */
const batchSize = 50;
const concurrency = 4;

/** Profile fields that can be exported, under the name that the export has for them (post_users_identifier). */
const exportNames: Readonly<Record<string, string>> = {
  country: "country",
  current_location: "last_coordinates",
  dob: "dob",
  email: "email",
  email_subscribe: "email_subscribe",
  first_name: "first_name",
  gender: "gender",
  home_city: "home_city",
  language: "language",
  last_name: "last_name",
  phone: "phone",
  push_subscribe: "push_subscribe",
  time_zone: "time_zone",
};

const path = "/users/export/ids";
const permission = "users.export.ids";

/** Asks `/users/export/ids`; needs the permission users.export.ids. */
export function askBraze(braze: Pick<BrazeClient, "post" | "endpoint">): AskBraze {
  let hasAnswered = false;
  return async (identities, names) => {
    const answers = new Map<string, ProfileAnswer>();
    const refused: string[] = [];

    /** A request that is refused, or answered with somebody whom nobody asked for, is halved. */
    const ask = async (request: IdsRequest): Promise<void> => {
      const [identity = ""] = request.identities;
      const { status, body } = await braze.post(path, {
        body: { ...request.body, fields_to_export: fieldsFor(names) },
        permission,
        accept: contentRefusals,
        repeatable: () => true,
      });
      const isRefused = status >= 400;
      const users = isRefused ? [] : usersOf(body);
      if (request.identities.length > 1 && (isRefused || hasStrangers(users, request.identities))) {
        for (const half of halvesOf(request)) await ask(half);
        return;
      }
      if (isRefused) {
        const reason = messageOf(body) ?? `Braze answered ${status}`;
        answers.set(identity, { refused: reason });
        refused.push(reason);
        if (!hasAnswered && refusedAlike(refused))
          throw statusError(status, body, { method: "POST", path, endpoint: braze.endpoint, permission });
        return;
      }
      hasAnswered = true;
      for (const each of request.identities) {
        const found = users.filter((user) => request.identities.length === 1 || isOf(user, each));
        if (found.length === 0) continue;
        answers.set(each, new Set(names.filter((name) => found.some((user) => hasValue(user, name)))));
      }
    };

    const requests = requestsFor(identities);
    const worker = async (): Promise<void> => {
      for (let next = requests.shift(); next; next = requests.shift()) await ask(next);
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return answers;
  };
}

/** The users of an answer. @throws system_error for one that holds none: nobody may be taken for empty by mistake */
function usersOf(body: unknown): JsonObject[] {
  const users = isObject(body) && Array.isArray(body.users) ? body.users : undefined;
  if (users?.every(isObject)) return users;
  throw new ConnectorError(
    "system_error",
    `Braze's answer to ${path} makes no sense: it holds no list of users.`,
    { help: "odd-answer" },
  );
}

/** Whether an answer names somebody under other identifiers than were asked for: after a rename, perhaps. */
const hasStrangers = (users: readonly JsonObject[], identities: readonly string[]): boolean =>
  users.some((user) => !identities.some((identity) => isOf(user, identity)));

function halvesOf({ identities }: IdsRequest): IdsRequest[] {
  const middle = Math.ceil(identities.length / 2);
  return [identities.slice(0, middle), identities.slice(middle)].flatMap(requestsFor);
}

interface IdsRequest {
  identities: string[];
  body: JsonObject;
}

/** External ids and aliases travel together; of the other kinds a request takes one. */
function requestsFor(identities: readonly string[]): IdsRequest[] {
  const requests: IdsRequest[] = [];
  let batch: string[] = [];
  const close = (): void => {
    if (batch.length > 0) requests.push({ identities: batch, body: batchBody(batch) });
    batch = [];
  };
  for (const identity of identities) {
    const { kind, value } = kindAndValue(identity);
    if (kind === "external_id" || kind === "user_alias") {
      batch.push(identity);
      if (batch.length === batchSize) close();
    } else {
      requests.push({ identities: [identity], body: { [kind === "email" ? "email_address" : kind]: value } });
    }
  }
  close();
  return requests;
}

function batchBody(identities: readonly string[]): JsonObject {
  const externalIds: Json[] = [];
  const aliases: Json[] = [];
  for (const identity of identities) {
    const { kind, value } = kindAndValue(identity);
    if (kind === "external_id") externalIds.push(value);
    else aliases.push(aliasOf(value));
  }
  return {
    ...(externalIds.length > 0 ? { external_ids: externalIds } : {}),
    ...(aliases.length > 0 ? { user_aliases: aliases } : {}),
  };
}

function isOf(user: JsonObject, identity: string): boolean {
  const { kind, value } = kindAndValue(identity);
  if (kind === "external_id") return user.external_id === value;
  const wanted = aliasOf(value);
  const aliases = Array.isArray(user.user_aliases) ? user.user_aliases.filter(isObject) : [];
  return aliases.some(
    ({ alias_name, alias_label }) => alias_name === wanted.alias_name && alias_label === wanted.alias_label,
  );
}

function fieldsFor(names: readonly string[]): string[] {
  const fields = names.map((name) =>
    Object.hasOwn(exportNames, name) ? exportNames[name] : "custom_attributes",
  );
  return [
    ...new Set(["external_id", "user_aliases", "braze_id", ...fields.filter((field) => field !== undefined)]),
  ];
}

function hasValue(user: JsonObject, name: string): boolean {
  const field = Object.hasOwn(exportNames, name) ? exportNames[name] : undefined;
  const attributes = isObject(user.custom_attributes) ? user.custom_attributes : {};
  const value = field === undefined ? ownValue(attributes, name) : user[field];
  return value !== undefined && value !== null;
}

const ownValue = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;
