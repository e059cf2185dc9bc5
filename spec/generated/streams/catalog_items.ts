// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An item of a catalog, by GET /catalogs/{catalog_name}/items; its other columns are the fields of the catalogs. Braze: api/endpoints/catalogs/catalog_items/synchronous/get_catalog_items_details_bulk
 */
export interface CatalogItem {
/**
 * Name of the catalog.
 */
catalog_name: string
/**
 * Identifier of the item.
 */
id: string
[k: string]: unknown | undefined
}
