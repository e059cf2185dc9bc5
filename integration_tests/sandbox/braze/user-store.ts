import type { BrazeUser, SeedUser, UserAlias } from "./user";
import { type Completion, completion } from "./user-completion";

/** Profiles of a workspace, found by any identifier in constant time. */
export interface UserStore {
  readonly count: number;
  all(): IterableIterator<BrazeUser>;
  byBrazeId(brazeId: string): BrazeUser | undefined;
  byExternalId(externalId: string): BrazeUser | undefined;
  byAlias(alias: UserAlias): BrazeUser | undefined;
  /** The one that Braze would update: with several, see `mostRecent`. Case does not matter. */
  byEmail(email: string): BrazeUser | undefined;
  byPhone(phone: string): BrazeUser | undefined;
  /** Adds profiles as they are, without validation. Returns them with everything filled in. */
  seed(users: Iterable<SeedUser>): BrazeUser[];
  delete(user: BrazeUser): boolean;
  clear(): void;
}

export class IndexedUserStore implements UserStore {
  readonly #byBrazeId = new Map<string, BrazeUser>();
  readonly #byExternalId = new Map<string, BrazeUser>();
  readonly #byAlias = new Map<string, BrazeUser>();
  readonly #byEmail = new Map<string, Set<BrazeUser>>();
  readonly #byPhone = new Map<string, Set<BrazeUser>>();
  readonly #complete: Completion;
  readonly #onSeed: (user: BrazeUser) => void;
  readonly #onContact: (user: BrazeUser) => void;

  /** @param onContact hears of profiles with a new email or phone */
  constructor(
    clock: () => number,
    onSeed: (user: BrazeUser) => void = () => {},
    onContact: (user: BrazeUser) => void = () => {},
  ) {
    this.#complete = completion(clock);
    this.#onSeed = onSeed;
    this.#onContact = onContact;
  }

  get count(): number {
    return this.#byBrazeId.size;
  }

  all(): IterableIterator<BrazeUser> {
    return this.#byBrazeId.values();
  }

  byBrazeId(brazeId: string): BrazeUser | undefined {
    return this.#byBrazeId.get(brazeId);
  }

  byExternalId(externalId: string): BrazeUser | undefined {
    return this.#byExternalId.get(externalId);
  }

  byAlias(alias: UserAlias): BrazeUser | undefined {
    return this.#byAlias.get(aliasKey(alias));
  }

  byEmail(email: string): BrazeUser | undefined {
    return mostRecent(this.#byEmail.get(emailKey(email)));
  }

  byPhone(phone: string): BrazeUser | undefined {
    return mostRecent(this.#byPhone.get(phone));
  }

  seed(users: Iterable<SeedUser>): BrazeUser[] {
    const added: BrazeUser[] = [];
    for (const user of users) {
      const complete = this.add(user);
      this.#onSeed(complete);
      added.push(complete);
    }
    return added;
  }

  add(user: SeedUser): BrazeUser {
    const complete = this.#complete(user);
    this.#byBrazeId.set(complete.braze_id, complete);
    if (complete.external_id !== undefined) this.#byExternalId.set(complete.external_id, complete);
    for (const alias of complete.user_aliases) this.#byAlias.set(aliasKey(alias), complete);
    if (complete.email !== undefined) include(this.#byEmail, emailKey(complete.email), complete);
    if (complete.phone !== undefined) include(this.#byPhone, complete.phone, complete);
    if (complete.email !== undefined || complete.phone !== undefined) this.#onContact(complete);
    return complete;
  }

  /** Changes the email and keeps the index right; `undefined` removes it. */
  setEmail(user: BrazeUser, email: string | undefined): void {
    if (user.email === email) return;
    if (user.email !== undefined) exclude(this.#byEmail, emailKey(user.email), user);
    user.email = email;
    if (email === undefined) return;
    include(this.#byEmail, emailKey(email), user);
    this.#onContact(user);
  }

  setPhone(user: BrazeUser, phone: string | undefined): void {
    if (user.phone === phone) return;
    if (user.phone !== undefined) exclude(this.#byPhone, user.phone, user);
    user.phone = phone;
    if (phone === undefined) return;
    include(this.#byPhone, phone, user);
    this.#onContact(user);
  }

  /** All profiles that share an email: subscription changes reach every one of them. */
  sharingEmail(email: string): Iterable<BrazeUser> {
    return this.#byEmail.get(emailKey(email)) ?? [];
  }

  sharingPhone(phone: string): Iterable<BrazeUser> {
    return this.#byPhone.get(phone) ?? [];
  }

  /** Gives a profile its external id; one that it had still finds it. */
  setExternalId(user: BrazeUser, externalId: string): void {
    if (user.external_id !== undefined) {
      user.deprecated_external_ids = [...(user.deprecated_external_ids ?? []), user.external_id];
    }
    user.external_id = externalId;
    this.#byExternalId.set(externalId, user);
  }

  addAlias(user: BrazeUser, alias: UserAlias): void {
    user.user_aliases = [...user.user_aliases, alias];
    this.#byAlias.set(aliasKey(alias), user);
  }

  removeAlias(user: BrazeUser, alias: UserAlias): void {
    const key = aliasKey(alias);
    user.user_aliases = user.user_aliases.filter((each) => aliasKey(each) !== key);
    this.#byAlias.delete(key);
  }

  delete(user: BrazeUser): boolean {
    if (!this.#byBrazeId.delete(user.braze_id)) return false;
    if (user.external_id !== undefined) this.#byExternalId.delete(user.external_id);
    for (const id of user.deprecated_external_ids ?? []) this.#byExternalId.delete(id);
    for (const alias of user.user_aliases) this.#byAlias.delete(aliasKey(alias));
    if (user.email !== undefined) exclude(this.#byEmail, emailKey(user.email), user);
    if (user.phone !== undefined) exclude(this.#byPhone, user.phone, user);
    return true;
  }

  clear(): void {
    for (const index of [this.#byBrazeId, this.#byExternalId, this.#byAlias, this.#byEmail, this.#byPhone]) {
      index.clear();
    }
  }
}

/**
 * docs: api/endpoints/user_data/post_user_track, FAQ "multiple profiles with the same email": among
 * profiles with an external id the most recently updated one, else the most recently updated of all.
 */
function mostRecent(users: Set<BrazeUser> | undefined): BrazeUser | undefined {
  let best: BrazeUser | undefined;
  for (const user of users ?? []) {
    if (best === undefined) {
      best = user;
      continue;
    }
    const identified = Number(user.external_id !== undefined) - Number(best.external_id !== undefined);
    if (identified > 0 || (identified === 0 && user.updated_sequence > best.updated_sequence)) best = user;
  }
  return best;
}

function aliasKey(alias: UserAlias): string {
  return `${alias.alias_label}\u0000${alias.alias_name}`;
}

function emailKey(email: string): string {
  return email.toLowerCase();
}

function include(index: Map<string, Set<BrazeUser>>, key: string, user: BrazeUser): void {
  const users = index.get(key);
  if (users === undefined) index.set(key, new Set([user]));
  else users.add(user);
}

function exclude(index: Map<string, Set<BrazeUser>>, key: string, user: BrazeUser): void {
  const users = index.get(key);
  if (users === undefined) return;
  users.delete(user);
  if (users.size === 0) index.delete(key);
}
