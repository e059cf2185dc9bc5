import { systemError } from "@braze-connectors/shared/airbyte/errors";
import { CircleGuard, type LongestList } from "@braze-connectors/shared/braze/circle-guard";
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
  /** Default: longer than any list is. */
  longest?: LongestList;
}

/**
 * Reads all pages one after the other.
 * @throws transient_error when the pages lead in a circle, system_error when they do not end
 */
export async function* pages({
  path,
  ask,
  paging,
  entries: entriesIn,
  longest,
}: Question): AsyncGenerator<JsonObject[]> {
  const guard = new CircleGuard(path, longest);
  let parameters: Parameters | undefined = firstPage(paging);
  let read = 0;
  for (let number = 0; parameters !== undefined; number += 1) {
    const response: BrazeResponse = await ask(parameters);
    const entries = entriesIn(response.body, path);
    const next = nextPage(paging, response, { number, entries: entries.length, read: read + entries.length });
    if (next !== undefined) guard.look(entries, next.cursor);
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

/**
 * Only the cursor is taken from the link: requests keep going to the endpoint that was asked for.
 * @throws system_error for a link without one: that is not the last page
 */
function cursorIn(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  const cursor = new URL(link, "https://rest.invalid").searchParams.get("cursor");
  if (cursor) return cursor;
  throw systemError("Braze promises another page, but its Link header names no cursor for it.", {
    help: "odd-answer",
  });
}
