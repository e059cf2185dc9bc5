// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * The last 14 days of a Canvas summed up, by GET /canvas/data_summary. Braze: api/endpoints/export/canvas/get_canvas_analytics_summary
 */
export interface CanvasSummary {
/**
 * API identifier of the Canvas.
 */
canvas_id: string
/**
 * Name of the Canvas.
 */
name?: (null | string)
/**
 * When the sum was taken.
 */
ending_at?: (null | string)
/**
 * How many days it covers.
 */
length?: (null | number)
/**
 * Numbers of the whole Canvas.
 */
total_stats?: (null | {
/**
 * Revenue in USD.
 */
revenue?: (null | number)
/**
 * Conversions.
 */
conversions?: (null | number)
/**
 * Conversions, counted on the day of entry.
 */
conversions_by_entry_time?: (null | number)
/**
 * Entries.
 */
entries?: (null | number)
[k: string]: unknown | undefined
})
/**
 * Numbers of each variant, by its API identifier.
 */
variant_stats?: (null | {
[k: string]: null | {
/**
 * Name of the variant.
 */
name?: (null | string)
/**
 * Revenue in USD.
 */
revenue?: (null | number)
/**
 * Conversions.
 */
conversions?: (null | number)
/**
 * Conversions, counted on the day of entry.
 */
conversions_by_entry_time?: (null | number)
/**
 * Entries.
 */
entries?: (null | number)
[k: string]: unknown | undefined
} | undefined
})
/**
 * Numbers of each step, by its API identifier.
 */
step_stats?: (null | {
[k: string]: null | {
/**
 * Name of the step.
 */
name?: (null | string)
/**
 * Revenue in USD.
 */
revenue?: (null | number)
/**
 * Conversions.
 */
conversions?: (null | number)
/**
 * Conversions, counted on the day of entry.
 */
conversions_by_entry_time?: (null | number)
/**
 * Numbers of the messages, by channel.
 */
messages?: (null | {
[k: string]: unknown | undefined
})
[k: string]: unknown | undefined
} | undefined
})
[k: string]: unknown | undefined
}
