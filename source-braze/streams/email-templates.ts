import schema from "@braze-connectors/spec/schemas/streams/email_templates";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { offsets } from "../rest/paging";

/** Email templates, without those of the drag-and-drop editor. Braze: api/endpoints/templates/email_templates/get_list_email_templates */
export const emailTemplates = listStream({
  name: "email_templates",
  schema,
  primaryKey: ["email_template_id"],
  endpoint: { path: "/templates/email/list", permission: "templates.email.list" },
  entries: objectsAt("templates"),
  paging: offsets(1000),
  edited: { column: "updated_at", parameter: "modified_after" },
});
