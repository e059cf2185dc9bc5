// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A translation of a Content Block, by GET /content_blocks/translations (early access). Braze: api/endpoints/translations/content_blocks/get_translation_content_block
 */
export interface ContentBlockTranslation {
/**
 * API identifier of the Content Block.
 */
content_block_id: string
/**
 * Identifier of the locale.
 */
locale_id: string
/**
 * The locale.
 */
locale?: (null | {
/**
 * Identifier of the locale.
 */
uuid?: (null | string)
/**
 * Name of the locale, for example es-MX.
 */
name?: (null | string)
/**
 * Country, ISO 3166-1 alpha-2.
 */
country?: (null | string)
/**
 * Language, ISO 639-1.
 */
language?: (null | string)
/**
 * Key of the locale, for example es-mx.
 */
locale_key?: (null | string)
[k: string]: unknown | undefined
})
/**
 * Translated texts, by translation identifier.
 */
translation_map?: (null | {
[k: string]: null | string | undefined
})
[k: string]: unknown | undefined
}
