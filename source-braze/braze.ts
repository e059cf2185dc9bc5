import type { Context } from "@braze-connectors/shared/airbyte/context";
import { BrazeClient } from "@braze-connectors/shared/braze/client";
import type { RetryPolicy } from "@braze-connectors/shared/braze/retry";
import { version } from "./package.json";
import type { Settings } from "./settings";

/** What this connector needs of a Braze client. */
export type Braze = Pick<BrazeClient, "get" | "post" | "endpoint">;

/** The Braze client of this connector. */
export function openBraze(settings: Settings, context: Context, retry: RetryPolicy): BrazeClient {
  return new BrazeClient({
    url: settings.url,
    apiKey: settings.apiKey,
    userAgent: `source-braze/${version}`,
    log: context.log,
    stop: context.stop,
    retry,
  });
}
