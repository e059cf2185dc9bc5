import { transientError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import { nextLink } from "@braze-connectors/shared/braze/paging";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { EntriesIn } from "./answers";
import type { Parameters } from "./endpoint";

/** How an endpoint splits a long answer. */
export type Paging =
  /** Not at all. */
  | { by: "nothing" }
  /** `page=0,1,…`; a page with fewer entries than `size` is the last, without `size` an empty one is. */
  | { by: "page"; size?: number }
  /** `limit` and `offset`; an answer with fewer entries than `limit` is the last. */
  | { by: "offset"; limit: number }
  /** A `cursor` that the answer's Link header hands on. */
  | { by: "link" };

export const wholeAnswer: Paging = { by: "nothing" };
export const linkCursor: Paging = { by: "link" };
export const pageNumbers = (size?: number): Paging => ({ by: "page", size });
export const offsets = (limit: number): Paging => ({ by: "offset", limit });

/** A question to one endpoint that is answered in pages. */
export interface Question {
  path: string;
  /** Sends the request with the parameters of a page. */
  ask(parameters: Parameters): Promise<BrazeResponse>;
  paging: Paging;
  entries: EntriesIn;
}

/**
 * Reads all pages one after the other.
 * @throws transient_error when the pages lead in a circle: going on would never end, stopping would lose data
 */
export async function* pages({
  path,
  ask,
  paging,
  entries: entriesIn,
}: Question): AsyncGenerator<JsonObject[]> {
  const guard = new CircleGuard(path, paging);
  let parameters: Parameters | undefined = firstPage(paging);
  let read = 0;
  for (let number = 0; parameters !== undefined; number += 1) {
    const response: BrazeResponse = await ask(parameters);
    const entries = entriesIn(response.body, path);
    const next = nextPage(paging, response, { number, entries: entries.length, read: read + entries.length });
    guard.look(next, entries);
    read += entries.length;
    yield entries;
    parameters = next;
  }
}

/** Braze answers 400 to `offset=0` of some lists ("Offset must be greater than 0"), so the first page has none. */
function firstPage(paging: Paging): Parameters {
  if (paging.by === "page") return { page: 0 };
  return paging.by === "offset" ? { limit: paging.limit } : {};
}

/** @returns the parameters of the next page, undefined after the last */
export function nextPage(
  paging: Paging,
  { headers }: Pick<BrazeResponse, "headers">,
  { number, entries, read }: { number: number; entries: number; read: number },
): Parameters | undefined {
  switch (paging.by) {
    case "page":
      return entries < (paging.size ?? 1) ? undefined : { page: number + 1 };
    case "offset":
      return entries < paging.limit ? undefined : { limit: paging.limit, offset: read };
    case "link": {
      const cursor = cursorIn(nextLink(headers));
      return cursor === undefined ? undefined : { cursor };
    }
    case "nothing":
      return undefined;
  }
}

/** Only the cursor is taken from the link: requests keep going to the endpoint that was asked for. */
function cursorIn(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  return new URL(link, "https://rest.invalid").searchParams.get("cursor") ?? undefined;
}

/** Notices cursors that come back, and a server that answers every page number alike. */
class CircleGuard {
  private readonly cursors = new Set<unknown>();
  private lastContent = "";

  constructor(
    private readonly path: string,
    private readonly paging: Paging,
  ) {}

  look(next: Parameters | undefined, entries: readonly JsonObject[]): void {
    if (this.paging.by === "link" ? this.isKnown(next?.cursor) : this.isRepeated(entries)) {
      throw transientError(
        `The pages of ${this.path} lead in a circle: Braze keeps answering with the same one. Try again later.`,
      );
    }
  }

  private isKnown(cursor: unknown): boolean {
    const known = cursor !== undefined && this.cursors.has(cursor);
    this.cursors.add(cursor);
    return known;
  }

  private isRepeated(entries: readonly JsonObject[]): boolean {
    const content = JSON.stringify([entries.length, entries.at(0), entries.at(-1)]);
    const repeated = entries.length > 0 && content === this.lastContent;
    this.lastContent = content;
    return repeated;
  }
}
