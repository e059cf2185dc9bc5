import type { Context } from "@braze-connectors/shared/airbyte/context";
import { BrazeClient } from "@braze-connectors/shared/braze/client";
import type { RequestObserver } from "@braze-connectors/shared/braze/observe";
import type { RetryPolicy } from "@braze-connectors/shared/braze/retry";
import { version } from "./package.json";
import type { Settings } from "./settings";

/** This connector with its version, as it introduces itself. */
export const connector = `destination-braze/${version}`;

/**
 * The Braze client of this connector.
 * @param stop gives up what waits to be sent
 */
export function openBraze(
  settings: Settings,
  { log }: Context,
  retry: RetryPolicy,
  stop: AbortSignal,
  observer?: RequestObserver,
): BrazeClient {
  return new BrazeClient({
    url: settings.url,
    apiKey: settings.apiKey,
    userAgent: connector,
    log,
    stop,
    retry,
    connections: settings.limits.concurrentRequests,
    observer,
  });
}
