import { configError } from "../airbyte/errors";
import { isLoopback } from "../loopback";

export { isLoopback };

/**
 * Checks the REST endpoint that a user configured.
 * @returns the origin, without a trailing slash
 * @throws config_error for what is not a REST endpoint; plain http only on loopback, for the key travels along
 */
export function parseEndpoint(text: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw configError(`"url" must be a REST endpoint such as https://rest.iad-01.braze.com, not "${text}".`, {
      help: "wrong-url",
    });
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw configError(
      `"url" must start with https:// (http is allowed only on this machine), not ${url.protocol}//.`,
      { help: "wrong-url" },
    );
  }
  if (/^dashboard(-|\.)/.test(url.hostname)) {
    throw configError(
      `"url" is the address of the dashboard (${url.hostname}); the REST endpoint is meant, such as https://rest.iad-01.braze.com.`,
      { help: "wrong-url" },
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
