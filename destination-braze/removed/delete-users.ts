import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { contentRefusals, messageOf } from "@braze-connectors/shared/braze/errors";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { aliasOf, kindAndValue } from "../objects/identity-key";
import type { Leaver, Remover } from "./remover";

export const deleteEndpoint = { path: "/users/delete", permission: "users.delete" } as const;

/** Users in one request, all named in the same way (post_user_delete). */
const batchSize = 50;
/** 20,000 requests a minute, shared with identify, merge and alias endpoints (api/api_limits). */
const requestsPer3Seconds = 1000;

/** For each kind of identity the key of the request, and what names a user there. */
const kinds: Readonly<Record<string, { key: string; name: (value: string) => Json }>> = {
  external_id: { key: "external_ids", name: (value) => value },
  braze_id: { key: "braze_ids", name: (value) => value },
  user_alias: { key: "user_aliases", name: aliasOf },
  // Of several users who share it, the one without external_id: the others are not known by it alone.
  email: { key: "email_addresses", name: (email) => ({ email, prioritization }) },
  phone: { key: "phone_numbers", name: (phone) => ({ phone, prioritization }) },
};
const prioritization = ["unidentified", "most_recently_updated"];

interface Batch {
  key: string;
  users: { identity: string; name: Json }[];
}

/** Deletes users: `POST /users/delete`. */
export class UserDeleter implements Remover {
  private readonly limit = new RateLimit({ requestsPer3Seconds });

  constructor(
    private readonly braze: Pick<BrazeClient, "post">,
    private readonly log: Logger,
    private readonly halt: AbortSignal,
  ) {}

  async remove(stream: string, leavers: readonly Leaver[]): Promise<Set<string>> {
    const done = new Set<string>();
    for (const batch of batchesOf(leavers)) {
      if (this.halt.aborted) break;
      await this.delete(stream, batch, done);
    }
    return done;
  }

  /** A request that is refused is halved, until whom Braze does not take is alone. */
  private async delete(stream: string, { key, users }: Batch, done: Set<string>): Promise<void> {
    const body: JsonObject = { [key]: users.map(({ name }) => name) };
    const answer = await this.braze.post(deleteEndpoint.path, {
      body,
      permission: deleteEndpoint.permission,
      accept: contentRefusals,
      limit: this.limit,
    });
    if (answer.status < 400) {
      for (const { identity } of users) done.add(identity);
    } else if (users.length > 1) {
      const middle = Math.ceil(users.length / 2);
      await this.delete(stream, { key, users: users.slice(0, middle) }, done);
      await this.delete(stream, { key, users: users.slice(middle) }, done);
    } else {
      this.log.debug(`${stream}: Braze does not delete a user: ${messageOf(answer.body) ?? answer.status}.`);
    }
  }
}

export function batchesOf(leavers: readonly Leaver[]): Batch[] {
  const batches: Batch[] = [];
  const open = new Map<string, Batch>();
  for (const { identity } of leavers) {
    const { kind, value } = kindAndValue(identity);
    const how = kinds[kind];
    if (!how) continue;
    let batch = open.get(kind);
    if (!batch || batch.users.length === batchSize) {
      batch = { key: how.key, users: [] };
      open.set(kind, batch);
      batches.push(batch);
    }
    batch.users.push({ identity, name: how.name(value) });
  }
  return batches;
}
