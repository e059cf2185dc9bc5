import schema from "@braze-connectors/spec/schemas/streams/content_blocks";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { offsets } from "../rest/paging";

/** Content Blocks. Braze: api/endpoints/templates/content_blocks_templates/get_list_email_content_blocks */
export const contentBlocks = listStream({
  name: "content_blocks",
  schema,
  primaryKey: ["content_block_id"],
  endpoint: { path: "/content_blocks/list", permission: "content_blocks.list" },
  entries: objectsAt("content_blocks"),
  paging: offsets(1000),
  edited: { column: "last_edited", parameter: "modified_after" },
});
