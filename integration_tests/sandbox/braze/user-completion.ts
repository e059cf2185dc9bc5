import { randomBytes } from "node:crypto";
import { emptyObject } from "../json";
import type { BrazeUser, SeedUser } from "./user";

export type Completion = (user: SeedUser) => BrazeUser;

/** Fills in what Braze gives every profile. Ids are unique across workspaces, as Braze's are. */
export function completion(clock: () => number): Completion {
  const prefix = randomBytes(7).toString("hex");
  let sequence = 0;
  return (user) => {
    sequence += 1;
    return {
      ...user,
      braze_id: user.braze_id ?? prefix + sequence.toString(16).padStart(10, "0"),
      created_at: user.created_at ?? new Date(clock()).toISOString(),
      random_bucket: user.random_bucket ?? (sequence * 7919) % 10_000,
      user_aliases: user.user_aliases ?? [],
      custom_attributes: Object.assign(emptyObject(), user.custom_attributes),
      custom_events: user.custom_events ?? [],
      purchases: user.purchases ?? [],
      updated_sequence: user.updated_sequence ?? 0,
    };
  };
}
