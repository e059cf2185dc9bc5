import type { Endpoint } from "../endpoint";
import { cursorPage } from "./cursor";

/**
 * docs: api/endpoints/export/custom_attributes/get_custom_attributes: 50 a page, alphabetically, the next
 * page in the `Link` header; here with the host, as other implementations have seen it.
 */
export const customAttributesList: Endpoint = {
  method: "GET",
  path: "/custom_attributes",
  permission: "custom_attributes.get",
  rateGroup: "custom_attributes",
  handle: (call) => {
    const entries = call.workspace.customAttributes.sorted().map((attribute) => ({ ...attribute }));
    return cursorPage(call, `${call.baseUrl}/custom_attributes`, "attributes", entries, 50);
  },
};
