import schema from "@braze-connectors/spec/schemas/streams/cards_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";
import { parent } from "../rest/subjects";
import { cards } from "./cards";

/** The days of each News Feed card. Braze: api/endpoints/export/news_feed/get_news_feed_card_analytics */
export const cardsAnalytics = seriesStream({
  name: "cards_analytics",
  schema,
  key: ["card_id"],
  parent: parent(cards, "id", "card_id"),
  endpoint: { path: "/feed/data_series", permission: "feed.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
