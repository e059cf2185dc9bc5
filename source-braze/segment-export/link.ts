import type { Readable } from "node:stream";
import { errorCode, errorMessage, StoppedError, systemError } from "@braze-connectors/shared/airbyte/errors";
import { isLoopback } from "@braze-connectors/shared/braze/endpoint";
import { type Dispatcher, request } from "undici";

/** What a download link gives. */
export type LinkAnswer =
  | { kind: "ready"; body: Readable; sizeBytes: number | undefined }
  /** Not there yet, or a passing fault: ask again. */
  | { kind: "not ready"; why: string };

const mostRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Checks the link that Braze sent: personal data travel over it.
 * @param from the address that sent it: one that is reached over https itself has no links to this machine
 * @throws system_error for a link that is not https (http only on this machine, and only from there)
 */
export function parseLink(text: string, from: URL): URL {
  let url: URL | undefined;
  try {
    url = new URL(text, from);
  } catch {
    // Reported below; the text itself is a secret.
  }
  const mayBePlain = from.protocol === "http:" && url !== undefined && isLoopback(url.hostname);
  if (url && (url.protocol === "https:" || (url.protocol === "http:" && mayBePlain))) return url;
  throw systemError(
    `Braze sent a download link that is not an https address${url ? ` (${url.protocol}//${url.hostname})` : ""}; it is not followed.`,
    { help: "odd-answer" },
  );
}

/**
 * Asks a download link once. The API key is not sent, for the link itself is the key; a redirect is
 * followed, but only over https.
 *
 * Braze's links answer 404 or 403 until the export is ready, and 403 again when they have expired
 * (post_users_segment; export_troubleshooting).
 */
export async function askLink(link: URL, dispatcher: Dispatcher, stop: AbortSignal): Promise<LinkAnswer> {
  let url = link;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(url, { dispatcher, signal: stop });
    } catch (error) {
      if (stop.aborted) throw new StoppedError();
      return { kind: "not ready", why: errorCode(error) ?? errorMessage(error) };
    }
    const { statusCode, headers, body } = answer;
    if (statusCode === 200) {
      const length = Number(headers["content-length"]);
      const known = headers["content-length"] !== undefined && headers["content-encoding"] === undefined;
      return { kind: "ready", body, sizeBytes: known && Number.isInteger(length) ? length : undefined };
    }
    await body.dump().catch(() => undefined);
    const location = headers.location;
    if (redirects.has(statusCode) && typeof location === "string") url = parseLink(location, url);
    else return { kind: "not ready", why: `status ${statusCode}` };
  }
  return { kind: "not ready", why: "too many redirects" };
}
