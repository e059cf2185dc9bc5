import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import { messageOf } from "@braze-connectors/shared/braze/errors";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Braze } from "../braze";
import { type Clock, systemClock } from "../clock";
import type { EntriesIn } from "./answers";
import { address, type Endpoint, type Parameters, type RateGroup } from "./endpoint";
import { type Paging, pages } from "./paging";

/** Braze refused a request for its content: the object is gone, or of a kind that the endpoint does not take. */
export interface Refusal {
  status: number;
  /** What Braze said. */
  reason: string | undefined;
}

export const isRefusal = (answer: BrazeResponse | Refusal): answer is Refusal => "reason" in answer;

/** A list of Braze's: what a request for all of it needs. */
export interface List {
  /** Name of its stream. */
  name: string;
  endpoint: Endpoint;
  paging: Paging;
  entries: EntriesIn;
  /** What the request always says. */
  parameters?: (nowMs: number) => Parameters;
}

const objectRefusals: readonly number[] = [400, 404];

/** Braze's read endpoints as the streams of one sync use them: rate limits by group, parent lists fetched once. */
export class Rest {
  private readonly limits = new Map<RateGroup, RateLimit>();
  private readonly fetched = new Map<string, Promise<unknown>>();

  /** @param neededLists names of the lists that selected streams have as parent */
  constructor(
    private readonly braze: Braze,
    private readonly context: Context,
    private readonly neededLists: ReadonlySet<string> = new Set(),
    private readonly clock: Clock = systemClock,
  ) {}

  /** Epoch ms. */
  now(): number {
    return this.clock.now();
  }

  get(endpoint: Endpoint, parameters: Parameters): Promise<BrazeResponse> {
    return this.send(endpoint, parameters, []);
  }

  /** As `get`, but a refusal of the object that is asked for is an answer. */
  async tryGet(endpoint: Endpoint, parameters: Parameters): Promise<BrazeResponse | Refusal> {
    const response = await this.send(endpoint, parameters, objectRefusals);
    if (!objectRefusals.includes(response.status)) return response;
    return { status: response.status, reason: messageOf(response.body) };
  }

  /** The pages of a list, with more parameters than the list always has. */
  pagesOf(list: List, more: Parameters = {}): AsyncGenerator<JsonObject[]> {
    const fixed = { ...list.parameters?.(this.now()), ...more };
    const { endpoint, paging, entries } = list;
    const ask = (page: Parameters): Promise<BrazeResponse> => this.get(endpoint, { ...fixed, ...page });
    return pages({ path: endpoint.path, ask, paging, entries });
  }

  /** Whether a list is fetched whole anyway, as the parent of a selected stream. */
  isNeeded(list: List): boolean {
    return this.neededLists.has(list.name);
  }

  /** A list whole; fetched once a sync, whoever asks. */
  whole(list: List): Promise<JsonObject[]> {
    return this.once(`the list ${list.name}`, () => collect(this.pagesOf(list)));
  }

  /** What several streams need, fetched when the first one asks. A failure is not remembered. */
  once<What>(what: string, fetch: () => Promise<What>): Promise<What> {
    const known = this.fetched.get(what);
    if (known !== undefined) return known as Promise<What>;
    const fetched = fetch();
    this.fetched.set(what, fetched);
    fetched.catch(() => this.fetched.delete(what));
    return fetched;
  }

  private send(
    endpoint: Endpoint,
    parameters: Parameters,
    accept: readonly number[],
  ): Promise<BrazeResponse> {
    const { path, query } = address(endpoint.path, parameters);
    const limit = this.limitOf(endpoint.rateGroup ?? "default");
    return this.braze.get(path, { query, permission: endpoint.permission, limit, accept });
  }

  private limitOf(group: RateGroup): RateLimit {
    let limit = this.limits.get(group);
    if (!limit) {
      const onLongWait = (untilMs: number, why: string): void =>
        this.context.log.warn(`Waiting until ${new Date(untilMs).toISOString()}: ${why}.`);
      limit = new RateLimit({ onLongWait, now: this.clock.now, sleep: this.clock.sleep });
      this.limits.set(group, limit);
    }
    return limit;
  }
}

async function collect(pagesOfList: AsyncIterable<JsonObject[]>): Promise<JsonObject[]> {
  const entries: JsonObject[] = [];
  for await (const page of pagesOfList) entries.push(...page);
  return entries;
}
