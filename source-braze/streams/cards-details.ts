import schema from "@braze-connectors/spec/schemas/streams/cards_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { cards } from "./cards";

/** Details of each News Feed card. Braze: api/endpoints/export/news_feed/get_news_feed_card_details */
export const cardsDetails = childStream({
  name: "cards_details",
  schema,
  primaryKey: ["card_id"],
  parent: parent(cards, "id", "card_id"),
  endpoint: { path: "/feed/details", permission: "feed.details" },
  entries: objectAt(),
});
