/**
 * Endpoints that share a rate limit (api/api_limits): `events` is 1,000 requests an hour, `catalogs` and
 * `catalog_items` 50 a minute each, `cdi_integrations` 50 and `cdi_job_sync_status` 100 a minute,
 * `campaign_analytics` 50,000 and `preference_centers` 1,000 a minute; `default` is the 250,000 an hour that
 * everything else shares. How much is left is not counted here: Braze says so with every answer, and
 * workspaces can have other limits.
 */
export type RateGroup =
  | "default"
  | "events"
  | "campaign_analytics"
  | "catalogs"
  | "catalog_items"
  | "cdi_integrations"
  | "cdi_job_sync_status"
  | "preference_centers"
  | "translations";

/** One of Braze's read endpoints, always a GET. */
export interface Endpoint {
  /** With `{name}` for each parameter that belongs into the path: `/catalogs/{catalog_name}/items`. */
  path: string;
  /** What the API key must be allowed; errors name it. */
  permission: string;
  /** Default: `default`. */
  rateGroup?: RateGroup;
}

export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Where a request goes: parameters that the path names go there, the others into the query. */
export function address(path: string, parameters: Parameters): { path: string; query: Parameters } {
  const query = { ...parameters };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = query[name];
    delete query[name];
    if (value === undefined) throw new Error(`${path} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  return { path: filled, query };
}
