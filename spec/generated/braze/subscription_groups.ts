// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * The state of one user in one subscription group, for POST /v2/subscription/status/set. Users are not created; a state for an email address or phone number that nobody has is kept for 30 days. Source: braze.com/docs, api/endpoints/subscription_groups/post_update_user_subscription_group_status_v2.
 */
export type SubscriptionGroupStatus = ({
[k: string]: unknown | undefined
} & {
/**
 * The user's external_id.
 */
external_id?: string
/**
 * For email groups: every profile with this address is changed.
 */
email?: string
/**
 * For SMS, RCS and WhatsApp groups, in E.164 format: every profile with this number is changed.
 */
phone?: string
/**
 * The id of the subscription group, from its page in Braze's dashboard.
 */
subscription_group_id: string
/**
 * subscribed: in the group. unsubscribed: not in the group.
 */
subscription_state: ("subscribed" | "unsubscribed")
/**
 * With subscribed to an SMS group: true asks the user to confirm first. Default false.
 */
use_double_opt_in_logic?: boolean
})
