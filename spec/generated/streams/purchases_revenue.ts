// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Money spent on a day, by GET /purchases/revenue_series. Braze: api/endpoints/export/purchases/get_revenue_series
 */
export interface PurchaseRevenue {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Revenue.
 */
revenue?: (null | number)
[k: string]: unknown | undefined
}
