// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Items bought on a day, by GET /purchases/quantity_series. Braze: api/endpoints/export/purchases/get_number_of_purchases
 */
export interface PurchaseQuantity {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Items bought.
 */
purchase_quantity?: (null | number)
[k: string]: unknown | undefined
}
