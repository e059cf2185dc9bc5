import schema from "@braze-connectors/spec/schemas/streams/content_block_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { contentBlocks } from "./content-blocks";

/** Details of each Content Block. Braze: api/endpoints/templates/content_blocks_templates/get_see_email_content_blocks_information */
export const contentBlockDetails = childStream({
  name: "content_block_details",
  schema,
  primaryKey: ["content_block_id"],
  parent: parent(contentBlocks, "content_block_id", "content_block_id"),
  endpoint: { path: "/content_blocks/info", permission: "content_blocks.info" },
  entries: objectAt(),
  parameters: () => ({ include_inclusion_data: true }),
});
