// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /canvas/details knows of a Canvas. Braze: api/endpoints/export/canvas/get_canvas_details
 */
export interface CanvasDetails {
/**
 * API identifier of the Canvas.
 */
canvas_id: string
/**
 * Name of the Canvas.
 */
name?: (null | string)
/**
 * Description of the Canvas.
 */
description?: (null | string)
/**
 * When the Canvas was created.
 */
created_at?: (null | string)
/**
 * When the Canvas was last updated.
 */
updated_at?: (null | string)
/**
 * Whether the Canvas is archived.
 */
archived?: (null | boolean)
/**
 * Whether the Canvas is a draft.
 */
draft?: (null | boolean)
/**
 * Whether the Canvas is active.
 */
enabled?: (null | boolean)
/**
 * Whether the Canvas has a draft of changes to what was launched.
 */
has_post_launch_draft?: (null | boolean)
/**
 * How entry is scheduled.
 */
schedule_type?: (null | string)
/**
 * When the first user entered.
 */
first_entry?: (null | string)
/**
 * When the last user entered.
 */
last_entry?: (null | string)
/**
 * Channels of the steps.
 */
channels?: (null | (null | string)[])
/**
 * The variants.
 */
variants?: (null | (null | {
/**
 * API identifier of the variant.
 */
id?: (null | string)
/**
 * Name of the variant.
 */
name?: (null | string)
/**
 * API identifiers of its first steps.
 */
first_step_ids?: (null | (null | string)[])
/**
 * API identifier of its first step, if there is only one (deprecated).
 */
first_step_id?: (null | string)
[k: string]: unknown | undefined
})[])
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * Names of its Teams.
 */
teams?: (null | (null | string)[])
/**
 * The steps.
 */
steps?: (null | (null | {
/**
 * API identifier of the step.
 */
id?: (null | string)
/**
 * Name of the step.
 */
name?: (null | string)
/**
 * Type of the Canvas component.
 */
type?: (null | string)
/**
 * Next steps that are full steps or Message steps.
 */
next_step_ids?: (null | (null | string)[])
/**
 * Where the step leads to.
 */
next_paths?: (null | (null | {
/**
 * Name of the path.
 */
name?: (null | string)
/**
 * Identifier of the next step.
 */
next_step_id?: (null | string)
[k: string]: unknown | undefined
})[])
/**
 * Channels used in the step.
 */
channels?: (null | (null | string)[])
/**
 * The messages, by message variation identifier.
 */
messages?: (null | {
[k: string]: null | {
/**
 * Channel of the message.
 */
channel?: (null | string)
[k: string]: unknown | undefined
} | undefined
})
[k: string]: unknown | undefined
})[])
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
