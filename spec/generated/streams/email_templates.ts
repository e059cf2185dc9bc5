// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An email template, as GET /templates/email/list lists it; those of the drag-and-drop editor are not among them. Braze: api/endpoints/templates/email_templates/get_list_email_templates
 */
export interface EmailTemplate {
/**
 * API identifier of the template.
 */
email_template_id: string
/**
 * Name of the template.
 */
template_name?: (null | string)
/**
 * When it was created.
 */
created_at?: (null | string)
/**
 * When it was last updated.
 */
updated_at?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
[k: string]: unknown | undefined
}
