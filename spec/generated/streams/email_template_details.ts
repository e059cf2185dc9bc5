// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /templates/email/info knows of an email template. Braze: api/endpoints/templates/email_templates/get_see_email_template_information
 */
export interface EmailTemplateDetails {
/**
 * API identifier of the template.
 */
email_template_id: string
/**
 * Name of the template.
 */
template_name?: (null | string)
/**
 * Description of the template.
 */
description?: (null | string)
/**
 * Subject line.
 */
subject?: (null | string)
/**
 * Preheader, which some clients show as preview.
 */
preheader?: (null | string)
/**
 * Body, may be HTML.
 */
body?: (null | string)
/**
 * Body as plain text.
 */
plaintext_body?: (null | string)
/**
 * Whether CSS is inlined.
 */
should_inline_css?: (null | boolean)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[] | string)
/**
 * When it was created.
 */
created_at?: (null | string)
/**
 * When it was last updated.
 */
updated_at?: (null | string)
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
