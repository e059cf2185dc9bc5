// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A campaign or Canvas that is scheduled to be sent, by GET /messages/scheduled_broadcasts. Braze: api/endpoints/messaging/schedule_messages/get_messages_scheduled
 */
export interface ScheduledBroadcast {
/**
 * API identifier of the campaign or Canvas.
 */
id: string
/**
 * Its name.
 */
name?: (null | string)
/**
 * Campaign or Canvas.
 */
type?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * When it is sent next; ISO 8601, with a zone unless local or intelligent.
 */
next_send_time?: (null | string)
/**
 * local_time_zones, intelligent_delivery, or the company's time zone.
 */
schedule_type?: (null | string)
[k: string]: unknown | undefined
}
