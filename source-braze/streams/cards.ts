import schema from "@braze-connectors/spec/schemas/streams/cards";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** News Feed cards that are not archived. Braze: api/endpoints/export/news_feed/get_news_feed_cards */
export const cards = listStream({
  name: "cards",
  schema,
  primaryKey: ["id"],
  endpoint: { path: "/feed/list", permission: "feed.list" },
  entries: objectsAt("cards"),
  paging: pageNumbers(100),
});
