import type { BrazeUser } from "./user";

const KEPT_MS = 30 * 86_400_000;

interface OrphanedState {
  groupId: string;
  state: "subscribed" | "unsubscribed";
  untilMs: number;
}

/**
 * States of subscription groups that were set for an email address or phone number of nobody: kept for 30
 * days, for the profile that gets it (docs: post_update_user_subscription_group_status, "How Braze handles
 * orphaned subscription states").
 */
export class OrphanedStates {
  readonly #states = new Map<string, Map<string, OrphanedState>>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  keep(contact: string, groupId: string, state: OrphanedState["state"]): void {
    const key = contact.toLowerCase();
    const states = this.#states.get(key) ?? new Map<string, OrphanedState>();
    states.set(groupId, { groupId, state, untilMs: this.#clock() + KEPT_MS });
    this.#states.set(key, states);
  }

  /** Gives a profile the states of its email address and phone number. */
  adopt(user: BrazeUser): void {
    if (this.#states.size === 0) return;
    for (const contact of [user.email, user.phone]) {
      if (contact === undefined) continue;
      const states = this.#states.get(contact.toLowerCase());
      this.#states.delete(contact.toLowerCase());
      for (const { groupId, state, untilMs } of states?.values() ?? []) {
        if (untilMs <= this.#clock()) continue;
        user.subscription_groups = { ...user.subscription_groups, [groupId]: state };
      }
    }
  }
}
