import schema from "@braze-connectors/spec/schemas/streams/email_unsubscribes";
import { objectsAt } from "../rest/answers";
import { datedListStream } from "../rest/dated-list-stream";
import { offsets } from "../rest/paging";

/** Email addresses that unsubscribed. Braze: api/endpoints/email/get_query_unsubscribed_email_addresses */
export const emailUnsubscribes = datedListStream({
  name: "email_unsubscribes",
  schema,
  primaryKey: ["email"],
  cursor: "unsubscribed_at",
  endpoint: { path: "/email/unsubscribes", permission: "email.unsubscribe" },
  entries: objectsAt("emails"),
  paging: offsets(500),
});
