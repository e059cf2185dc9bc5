// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * As the field's type demands: text of up to 5,000 characters, a number, a boolean, a time (ISO 8601), an object or an array.
 * 
 * This interface was referenced by `CatalogItem`'s JSON-Schema
 * via the `definition` "CatalogValue".
 */
export type CatalogValue = (string | number | boolean | null | unknown[] | {
[k: string]: unknown | undefined
})

/**
 * An item of a catalog, for /catalogs/{name}/items: its id, and a value for each field of the catalog. Source: braze.com/docs, api/endpoints/catalogs/catalog_items/asynchronous/put_update_catalog_items.
 */
export interface CatalogItem {
/**
 * Names the item within the catalog: up to 250 letters, digits, hyphens and underscores.
 */
id: string
[k: string]: CatalogValue | string | undefined
}
