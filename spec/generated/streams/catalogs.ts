// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A catalog, as GET /catalogs lists it. Braze: api/endpoints/catalogs/catalog_management/synchronous/get_list_catalogs
 */
export interface Catalog {
/**
 * Name of the catalog.
 */
name: string
/**
 * Description of the catalog.
 */
description?: (null | string)
/**
 * Number of items.
 */
num_items?: (null | number)
/**
 * Fields of its items.
 */
fields?: (null | (null | {
/**
 * Name of the field.
 */
name?: (null | string)
/**
 * string, number, boolean, time, array or object.
 */
type?: (null | string)
[k: string]: unknown | undefined
})[])
/**
 * When the catalog was last updated.
 */
updated_at?: (null | string)
[k: string]: unknown | undefined
}
