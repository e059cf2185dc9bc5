import schema from "@braze-connectors/spec/schemas/streams/email_hard_bounces";
import { objectsAt } from "../rest/answers";
import { datedListStream } from "../rest/dated-list-stream";
import { offsets } from "../rest/paging";

/** Email addresses that bounced hard. Braze: api/endpoints/email/get_list_hard_bounces */
export const emailHardBounces = datedListStream({
  name: "email_hard_bounces",
  schema,
  primaryKey: ["email"],
  cursor: "hard_bounced_at",
  endpoint: { path: "/email/hard_bounces", permission: "email.hard_bounces" },
  entries: objectsAt("emails"),
  paging: offsets(500),
});
