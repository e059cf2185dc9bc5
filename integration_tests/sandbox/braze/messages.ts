import type { JsonObject } from "../json";

/** A message of a campaign, or an entry into a Canvas, that was triggered over the API. */
export interface RecordedMessage {
  kind: "campaign" | "canvas";
  /** of the campaign or Canvas */
  id: string;
  /** profile that got it */
  braze_id: string;
  /** one for each request */
  dispatch_id: string;
  /** trigger properties or context: those of the request, overridden by the recipient's */
  properties: JsonObject;
  /** ISO 8601 */
  time: string;
}
