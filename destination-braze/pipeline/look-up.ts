import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { Json } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { AttributeNames } from "../delta/attribute-names";
import { ProfileTable } from "../delta/profile-table";
import { undoneBy } from "../delta/undone";
import type { Reason } from "../objects/object";
import type { Deltas } from "./deltas";
import type { Update } from "./update";

/** The names of the attributes that a profile has values for; or why Braze does not take its identifier. */
export type ProfileAnswer = ReadonlySet<string> | { readonly refused: string };

/**
 * Asks Braze which of some attributes profiles have values for.
 * @param identities see objects/identity.ts
 * @returns by identity; a profile that Braze does not know is missing
 */
export type AskBraze = (
  identities: readonly string[],
  names: readonly string[],
) => Promise<ReadonlyMap<string, ProfileAnswer>>;

/** What is already known of a profile's attributes. */
type Known = Pick<Deltas, "knowsValue" | "noteValues">;

/** Profiles asked for before the input waits: several full requests. */
const profilesAtATime = 400;
/** Updates held back at the most, so that those behind a look-up don't fill the memory. */
const maxWaiting = 5000;
/** Identities kept in mind that are about to be undone, so that a great many don't fill the memory. */
const maxUndoing = 100_000;

const noAnswers: ReadonlyMap<string, ProfileAnswer> = new Map();

/**
 * Decides on the attributes that are set only if the profile has no value (`set_if_empty`). Updates
 * leave in the order in which they came: behind one that waits for Braze's answer, all wait.
 */
export class LookUps {
  private waiting: Update[] = [];
  /** Those that Braze is being asked about, or could not be. */
  private askedAbout: readonly Update[] = [];
  private asking = 0;
  private running: Promise<void> | undefined;
  private readonly decided = new DecidedAttributes();
  private waitingSinceMs = 0;
  /** Those whom something that was handed on deletes, merges or renames. */
  private readonly undoing = new Set<string>();

  /** @param drained resolves when everything that was handed on is settled */
  constructor(
    private readonly ask: AskBraze,
    private readonly known: Known | undefined,
    private readonly forward: (update: Update) => Promise<void> | undefined,
    private readonly reject: (update: Update, reason: Reason) => void,
    private readonly drained: () => Promise<void>,
  ) {}

  /** Takes an update. Await what is returned, if anything, before the next one. */
  add(update: Update): Promise<void> | undefined {
    if (this.running) return this.running.then(() => this.add(update));
    // What is known of them is about to become wrong, and Braze does not say yet what it will have.
    if ((update.ifEmpty && this.undoing.has(update.identity)) || this.undoing.size > maxUndoing)
      return this.untilUndone().then(() => this.add(update));
    for (const identity of undoneBy(update)) this.undoing.add(identity);
    if (!update.ifEmpty && this.waiting.length === 0) return this.forward(update);
    const open = this.openNames(update);
    if (open.length === 0 && this.waiting.length === 0) {
      this.decide(update, new Set());
      return this.forward(update);
    }
    if (this.waiting.length === 0) this.waitingSinceMs = Date.now();
    this.waiting.push(update);
    if (open.length > 0) this.asking += 1;
    return this.asking >= profilesAtATime || this.waiting.length >= maxWaiting ? this.flush() : undefined;
  }

  /** Whether updates have to wait here, for others before them. */
  get isBusy(): boolean {
    return this.running !== undefined || this.waiting.length > 0;
  }

  /** What was not handed on. */
  get undecided(): readonly Update[] {
    return [...this.askedAbout, ...this.waiting];
  }

  /** How long the first of what waits has waited, ms. */
  get waitedMs(): number {
    return this.waiting.length === 0 ? 0 : Date.now() - this.waitingSinceMs;
  }

  /** Decides on everything that waits and hands it on. */
  flush(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async untilUndone(): Promise<void> {
    await this.flush();
    await this.drained();
    for (const identity of this.undoing) this.decided.forgetAll(identity);
    this.undoing.clear();
  }

  private async run(): Promise<void> {
    const updates = this.waiting;
    this.waiting = [];
    this.asking = 0;
    this.askedAbout = updates;
    const asked = updates.filter((update) => this.openNames(update).length > 0);
    const names = new Set(asked.flatMap((update) => this.openNames(update)));
    const identities = [...new Set(asked.map(({ identity }) => identity))];
    const answers = identities.length === 0 ? noAnswers : await this.ask(identities, [...names]);
    this.askedAbout = [];
    for (const update of updates) {
      const found = answers.get(update.identity) ?? new Set();
      if ("refused" in found) {
        // Others of the same identity go their way: they need no answer.
        if (this.openNames(update).length === 0) await this.forwardDecided(update, new Set());
        else this.reject(update, { code: "refused_by_braze", message: found.refused });
        continue;
      }
      if (found.size > 0) this.known?.noteValues(update, [...found]);
      await this.forwardDecided(update, found);
    }
  }

  private forwardDecided(update: Update, found: ReadonlySet<string>): Promise<void> | undefined {
    this.decide(update, found);
    return this.forward(update);
  }

  /** The attributes of an update that only Braze can decide on. */
  private openNames(update: Update): string[] {
    const { ifEmpty } = update;
    if (!ifEmpty) return [];
    return Object.keys(ifEmpty).filter(
      (name) =>
        !this.decided.has(update.identity, name) &&
        !Object.hasOwn(update.body, name) &&
        this.known?.knowsValue(update, name) !== true,
    );
  }

  /** Takes note that an update was refused: what it was to fill is as empty as before. */
  refused({ identity, filled }: Update): void {
    if (filled && filled.length > 0) this.decided.forget(identity, filled);
  }

  /**
   * Moves the attributes that the profile has no value for into the body. Those decided on earlier stay aside: should
   * the update that sets them be refused, it is this one's turn.
   */
  private decide(update: Update, found: ReadonlySet<string>): void {
    const { ifEmpty, body, identity } = update;
    if (!ifEmpty) return;
    const open = this.openNames(update);
    const toFill = open.filter((name) => !found.has(name));
    for (const name of toFill) setOwn(body, name, ifEmpty[name] as Json);
    const left = Object.entries(ifEmpty).filter(
      ([name]) => !Object.hasOwn(body, name) && this.decided.has(identity, name),
    );
    for (const name of open) this.decided.add(identity, name);
    update.ifEmpty = left.length > 0 ? Object.fromEntries(left) : undefined;
    update.filled = toFill.length > 0 ? toFill : undefined;
  }
}

/** Attributes that this sync has decided on: what it set is not empty any more, accepted or not yet. */
class DecidedAttributes {
  private readonly names = new AttributeNames();
  private readonly table = new ProfileTable();

  has(identity: string, name: string): boolean {
    const { lo, hi } = hash64(identity);
    const position = this.table.find(lo, hi);
    const id = this.names.idOf(name);
    return position !== -1 && id !== undefined && this.table.has(position, id, 0, 0);
  }

  add(identity: string, name: string): void {
    const id = this.names.idOf(name);
    if (id === undefined) return;
    const { lo, hi } = hash64(identity);
    const position = this.table.find(lo, hi);
    const before = position === -1 ? [] : [...this.table.read(position).nameIds];
    this.write(lo, hi, Uint16Array.from([...before, id]));
  }

  forget(identity: string, names: readonly string[]): void {
    const { lo, hi } = hash64(identity);
    const position = this.table.find(lo, hi);
    if (position === -1) return;
    const gone = new Set(names.map((name) => this.names.idOf(name)));
    const left = [...this.table.read(position).nameIds].filter((id) => !gone.has(id));
    this.write(lo, hi, Uint16Array.from(left));
  }

  forgetAll(identity: string): void {
    const { lo, hi } = hash64(identity);
    this.table.remove(lo, hi);
  }

  private write(lo: number, hi: number, nameIds: Uint16Array): void {
    this.table.write(lo, hi, { count: nameIds.length, nameIds, hashes: new Uint32Array(2 * nameIds.length) });
  }
}
