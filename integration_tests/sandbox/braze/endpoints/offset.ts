/**
 * `limit` (default 100) and `offset` of a list. That an offset of 0 is refused is documented for Content
 * Blocks ("Offset must be greater than 0", get_list_email_content_blocks).
 */
export function offsetPage<T>(
  items: readonly T[],
  query: URLSearchParams,
  most: number,
): readonly T[] | string {
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1) return "limit must be greater than 0";
  if (limit > most) return `limit exceeds maximum of ${most}`;
  const offset = query.get("offset");
  if (offset !== null && !(Number.isInteger(Number(offset)) && Number(offset) > 0))
    return "Offset must be greater than 0";
  return items.slice(Number(offset ?? 0), Number(offset ?? 0) + limit);
}
