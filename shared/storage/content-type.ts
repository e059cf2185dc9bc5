/** What a browser needs to know to show an object rather than to save it; undefined for what no person opens. */
export function contentTypeOf(key: string): string | undefined {
  if (key.endsWith(".html")) return "text/html; charset=utf-8";
  if (key.endsWith(".json")) return "application/json";
  return undefined;
}
