import { systemError } from "../airbyte/errors";
import type { Headers } from "./rate-limit-headers";

/** One link of the header: its target, and its parameters, whose quoted values may hold commas. */
const linkPattern = /<([^>]*)>((?:\s*;\s*[^\s=,;]+(?:\s*=\s*(?:"[^"]*"|[^\s,;"]+))?)*)/g;
const relationPattern = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s,;"]+))/i;

/**
 * The path and query of the next page, from a `Link: <…>; rel="next"` header (RFC 8288), as
 * `/custom_attributes`, `/events` and `/catalogs/{name}/items` send it. Of an absolute link the host is
 * left out: the key goes only where the user said.
 * @throws system_error for a link to the next page that is no address
 */
export function nextLink(headers: Headers): string | undefined {
  const text = [headers.link ?? []].flat().join(",");
  for (const [, target, parameters] of text.matchAll(linkPattern)) {
    const relation = relationPattern.exec(parameters ?? "");
    const names = (relation?.[1] ?? relation?.[2] ?? "").toLowerCase().split(/\s+/);
    if (target !== undefined && names.includes("next")) return pathOf(target);
  }
  return undefined;
}

function pathOf(target: string): string {
  try {
    const { pathname, search } = new URL(target, "https://rest.invalid");
    return `${pathname}${search}`;
  } catch (error) {
    throw systemError("Braze promises another page, but its Link header holds no address for it.", {
      help: "odd-answer",
      cause: error,
    });
  }
}
