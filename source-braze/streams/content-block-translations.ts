import { isObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/streams/content_block_translations";
import { objectsAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { contentBlocks } from "./content-blocks";

/** Translations of each Content Block. Braze: api/endpoints/translations/content_blocks/get_translation_content_block */
export const contentBlockTranslations = childStream({
  name: "content_block_translations",
  schema,
  primaryKey: ["content_block_id", "locale_id"],
  parent: parent(contentBlocks, "content_block_id", "content_block_id"),
  endpoint: {
    path: "/content_blocks/translations",
    permission: "content_blocks.translations.get",
    rateGroup: "translations",
  },
  entries: objectsAt("translations"),
  record: (entry) => ({ ...entry, locale_id: isObject(entry.locale) ? (entry.locale.uuid ?? null) : null }),
  // Most Content Blocks have no translations, and Braze says so with a 400.
  expectedRefusal: ({ reason }) => /multi.?language/i.test(reason ?? ""),
});
