// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A product that was bought, as GET /purchases/product_list lists it. Braze: api/endpoints/export/purchases/get_list_product_id
 */
export interface Product {
/**
 * Identifier of the product.
 */
product_id: string
[k: string]: unknown | undefined
}
