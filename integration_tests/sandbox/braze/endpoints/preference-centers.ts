import type { PreferenceCenter } from "../content";
import { type Endpoint, failure, success } from "../endpoint";

const listed = ({ preference_center_api_id, name }: PreferenceCenter) => ({
  name,
  preference_center_api_id,
  created_at: "2024-01-01T00:00:00Z",
  updated_at: "2024-01-01T00:00:00Z",
});

/** docs: api/endpoints/preference_center/get_list_preference_center */
export const preferenceCentersList: Endpoint = {
  method: "GET",
  path: "/preference_center/v1/list",
  permission: "preference_center.list",
  rateGroup: "preference_centers",
  handle: ({ workspace }) => success({ preference_centers: workspace.content.preferenceCenters.map(listed) }),
};

/** docs: api/endpoints/preference_center/get_view_details_preference_center */
export const preferenceCenterDetails: Endpoint = {
  method: "GET",
  path: "/preference_center/v1/{id}",
  permission: "preference_center.get",
  rateGroup: "preference_centers",
  handle: ({ workspace, parameters: { id } }) => {
    const center = workspace.content.preferenceCenters.find((each) => each.preference_center_api_id === id);
    if (center === undefined) return failure(404, "Preference center not found");
    return {
      status: 200,
      body: {
        ...listed(center),
        preference_center_title: center.name,
        preference_center_page_html: center.html ?? "<html></html>",
        confirmation_page_html: "<html></html>",
        redirect_page_html: null,
        preference_center_options: {},
        state: "active",
      },
    };
  },
};
