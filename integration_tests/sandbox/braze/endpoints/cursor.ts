import type { Json } from "../../json";
import { type Answer, type Call, failure, success } from "../endpoint";

/**
 * One page of a list whose next page is in the `Link` header. The cursor looks like the documented one
 * (`skip:0` in base64); the link is relative, as documented (get_catalog_items_details_bulk).
 */
export function cursorPage(
  { query }: Pick<Call, "query">,
  path: string,
  name: string,
  entries: readonly Json[],
  pageSize: number,
): Answer {
  const cursor = query.get("cursor");
  const skip = cursor === null ? 0 : skipOf(cursor);
  if (skip === undefined) return failure(400, "Invalid cursor");
  const answer = success({ [name]: entries.slice(skip, skip + pageSize) });
  const links: string[] = [];
  const link = (at: number, rel: string) => links.push(`<${path}?cursor=${cursorOf(at)}>; rel="${rel}"`);
  if (skip > 0) link(Math.max(0, skip - pageSize), "prev");
  if (skip + pageSize < entries.length) link(skip + pageSize, "next");
  return links.length === 0 ? answer : { ...answer, headers: { link: links.join(",") } };
}

function cursorOf(skip: number): string {
  return encodeURIComponent(Buffer.from(`skip:${skip}`).toString("base64"));
}

function skipOf(cursor: string): number | undefined {
  const skip = /^skip:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  return skip === undefined ? undefined : Number(skip);
}
