import type { Card } from "../content";
import { type Call, type Endpoint, failure, success } from "../endpoint";
import { page } from "./paging";
import { seriesAnswer } from "./series";

/** docs: api/endpoints/export/news_feed/get_news_feed_cards (retired, and gone from the current pages) */
export const feedList: Endpoint = {
  method: "GET",
  path: "/feed/list",
  permission: "feed.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const shown = workspace.content.cards.filter((card) => card.archived !== true);
    return success({
      cards: page(shown, query).map(({ id, title, type, tags }) => ({
        id,
        type: type ?? "NewsItem",
        title,
        tags: tags ?? [],
      })),
    });
  },
};

/** docs: api/endpoints/export/news_feed/get_news_feed_card_details */
export const feedDetails: Endpoint = {
  method: "GET",
  path: "/feed/details",
  permission: "feed.details",
  rateGroup: "default",
  handle: (call) => {
    const card = named(call);
    if (typeof card === "string") return failure(400, card);
    return success({
      created_at: "2024-01-01T00:00:00Z",
      updated_at: "2024-01-01T00:00:00Z",
      name: card.title,
      publish_at: "2024-01-01T00:00:00Z",
      end_at: null,
      tags: card.tags ?? [],
      title: card.title,
      image_url: null,
      extras: {},
      description: `Sandbox card ${card.title}`,
      archived: card.archived ?? false,
      draft: false,
    });
  },
};

/** docs: api/endpoints/export/news_feed/get_news_feed_card_analytics */
export const feedDataSeries: Endpoint = {
  method: "GET",
  path: "/feed/data_series",
  permission: "feed.data_series",
  rateGroup: "default",
  handle: (call) => {
    const card = named(call);
    if (typeof card === "string") return failure(400, card);
    return seriesAnswer(call, 100, (day) => {
      const clicks = call.workspace.statistics.at(`clicks of ${card.id}`, day);
      return { clicks, impressions: clicks * 3, unique_clicks: clicks, unique_impressions: clicks * 2 };
    });
  },
};

function named({ workspace, query }: Call): Card | string {
  const id = query.get("card_id");
  if (id === null || id === "") return "'card_id' is required";
  return workspace.content.cards.find((card) => card.id === id) ?? `Invalid Card ID: ${id}`;
}
