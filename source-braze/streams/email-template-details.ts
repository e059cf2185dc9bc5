import schema from "@braze-connectors/spec/schemas/streams/email_template_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { emailTemplates } from "./email-templates";

/** Details of each email template. Braze: api/endpoints/templates/email_templates/get_see_email_template_information */
export const emailTemplateDetails = childStream({
  name: "email_template_details",
  schema,
  primaryKey: ["email_template_id"],
  parent: parent(emailTemplates, "email_template_id", "email_template_id"),
  endpoint: { path: "/templates/email/info", permission: "templates.email.info" },
  entries: objectAt(),
});
