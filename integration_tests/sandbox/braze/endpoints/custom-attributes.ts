import { type Endpoint, failure, success } from "../endpoint";

const PAGE_SIZE = 50;

/**
 * docs: api/endpoints/export/custom_attributes/get_custom_attributes: 50 a page, alphabetically, the next
 * page in the `Link` header. The cursor looks like the documented one (`skip:0` in base64).
 */
export const customAttributesList: Endpoint = {
  method: "GET",
  path: "/custom_attributes",
  permission: "custom_attributes.get",
  rateGroup: "custom_attributes",
  handle: ({ workspace, query, baseUrl }) => {
    const cursor = query.get("cursor");
    const skip = cursor === null ? 0 : skipOf(cursor);
    if (skip === undefined) return failure(400, "Invalid cursor");
    const all = workspace.customAttributes.sorted();
    const answer = success({
      attributes: all.slice(skip, skip + PAGE_SIZE).map((attribute) => ({ ...attribute })),
    });
    const links: string[] = [];
    const link = (at: number, rel: string) =>
      links.push(`<${baseUrl}/custom_attributes?cursor=${cursorOf(at)}>; rel="${rel}"`);
    if (skip > 0) link(Math.max(0, skip - PAGE_SIZE), "prev");
    if (skip + PAGE_SIZE < all.length) link(skip + PAGE_SIZE, "next");
    return links.length === 0 ? answer : { ...answer, headers: { link: links.join(", ") } };
  },
};

function cursorOf(skip: number): string {
  return encodeURIComponent(Buffer.from(`skip:${skip}`).toString("base64"));
}

function skipOf(cursor: string): number | undefined {
  const skip = /^skip:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  return skip === undefined ? undefined : Number(skip);
}
