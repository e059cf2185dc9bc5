import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http";
import { isJsonObject, type Json, type JsonObject } from "../json";
import { awkwardUser, plainUser } from "../seed";
import type { CampaignOptions, CanvasOptions } from "./campaigns";
import type { SubscriptionGroup } from "./content";
import { EVERYTHING, exportedUser } from "./exports/exported-user";
import type { Fault } from "./faults";
import type { LocalBraze } from "./server";
import type { BrazeUser, SeedUser } from "./user";
import type { BrazeWorkspace, WorkspaceOptions } from "./workspace";

/**
 * Inspection and control over HTTP, for a sandbox in another process. Loopback only, as the whole server;
 * no key needed. A workspace is named by its API key or its name (URL-encoded).
 *
 *   GET    /_sandbox/workspaces
 *   POST   /_sandbox/workspaces                        WorkspaceOptions that are JSON
 *   GET    /_sandbox/workspaces/{name}                 counts, stats, exports
 *   GET    /_sandbox/workspaces/{name}/users           ?limit=100&offset=0&external_id=&email=
 *   POST   /_sandbox/workspaces/{name}/users           {"users": […]} or {"awkward": 100} or {"plain": 100}
 *   GET    /_sandbox/workspaces/{name}/profiles        the same users as the sandbox keeps them: with
 *                                                      subscription groups, aliases, former external ids
 *   GET    /_sandbox/workspaces/{name}/events          ?limit=100&offset=0, likewise purchases, messages,
 *                                                      requests, rejections, dropped, overlaps, catalogs,
 *                                                      campaigns, canvases, subscription_groups
 *   POST   /_sandbox/workspaces/{name}/campaigns       CampaignOptions, likewise canvases
 *   POST   /_sandbox/workspaces/{name}/subscription_groups  SubscriptionGroup
 *   POST   /_sandbox/workspaces/{name}/segments        {"name": …, "id"?: …, "with"?: {"field": value}}
 *   POST   /_sandbox/workspaces/{name}/faults          a Fault that is JSON
 *   DELETE /_sandbox/workspaces/{name}/faults
 *   PATCH  /_sandbox/workspaces/{name}/exports         ExportOptions that are JSON
 */
const PREFIX = "/_sandbox/";
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const DEFAULT_LIMIT = 100;

export function isAdminPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

export async function answerAdmin(
  braze: LocalBraze,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const raw = await readBody(request, MAX_BODY_BYTES);
  const body = parsed(raw);
  const [kind, name, part] = url.pathname.slice(PREFIX.length).split("/").map(decodeURIComponent);
  if (body === undefined) return send(response, 400, { message: "the body is not a JSON object" });
  if (kind !== "workspaces")
    return send(response, 404, { message: "unknown; see integration_tests/sandbox/braze/admin.ts" });
  if (name === undefined || name === "") {
    if (request.method === "POST") {
      const created = braze.createWorkspace(body as WorkspaceOptions);
      return send(response, 201, { name: created.name, api_key: created.apiKey });
    }
    return send(response, 200, { workspaces: braze.workspaces.map(summary) });
  }
  const workspace = braze.workspaces.find((each) => each.apiKey === name || each.name === name);
  if (workspace === undefined) return send(response, 404, { message: `no workspace ${name}` });
  const answer = ask(workspace, request.method ?? "GET", part, url.searchParams, body);
  if (answer === undefined) return send(response, 404, { message: `no ${request.method} of ${part}` });
  send(response, 200, answer);
}

function ask(
  workspace: BrazeWorkspace,
  method: string,
  part: string | undefined,
  query: URLSearchParams,
  body: JsonObject,
): Json | undefined {
  const list = (items: readonly unknown[]): JsonObject => {
    const offset = Number(query.get("offset") ?? 0);
    const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
    return { total: items.length, items: items.slice(offset, offset + limit) as Json[] };
  };
  switch (`${method} ${part ?? ""}`) {
    case "GET ":
      return summary(workspace);
    case "GET users":
      return list(exported(workspace, matchingUsers(workspace, query)));
    case "GET profiles":
      return list(matchingUsers(workspace, query));
    case "POST users":
      return { added: workspace.users.seed(usersOf(body)).length };
    case "POST segments":
      return { segment_id: createSegment(workspace, body) };
    case "POST faults":
      workspace.faults.add(body as unknown as Fault);
      return { message: "added" };
    case "DELETE faults":
      workspace.faults.clear();
      return { message: "cleared" };
    case "PATCH exports":
      Object.assign(workspace.segmentExports.settings, body);
      return { message: "changed" };
    case "POST campaigns":
      return { campaign_id: workspace.createCampaign(body as unknown as CampaignOptions).id };
    case "POST canvases":
      return { canvas_id: workspace.createCanvas(body as unknown as CanvasOptions).id };
    case "POST subscription_groups":
      workspace.content.subscriptionGroups.push(body as unknown as SubscriptionGroup);
      return { message: "added" };
    default: {
      const items = method === "GET" && part !== undefined ? LISTS.get(part)?.(workspace) : undefined;
      return items === undefined ? undefined : list(items);
    }
  }
}

/** What can be looked at as it is. */
const LISTS = new Map<string, (workspace: BrazeWorkspace) => readonly unknown[]>(
  Object.entries({
    events: (workspace: BrazeWorkspace) => workspace.events,
    purchases: (workspace: BrazeWorkspace) => workspace.purchases,
    messages: (workspace: BrazeWorkspace) => workspace.messages,
    requests: (workspace: BrazeWorkspace) => workspace.requests,
    rejections: (workspace: BrazeWorkspace) => workspace.rejections,
    dropped: (workspace: BrazeWorkspace) => workspace.dropped,
    overlaps: (workspace: BrazeWorkspace) => workspace.overlaps,
    catalogs: (workspace: BrazeWorkspace) => workspace.content.catalogs,
    campaigns: (workspace: BrazeWorkspace) => workspace.campaigns,
    canvases: (workspace: BrazeWorkspace) => workspace.canvases,
    subscription_groups: (workspace: BrazeWorkspace) => workspace.content.subscriptionGroups,
  }),
);

function summary(workspace: BrazeWorkspace): JsonObject {
  return {
    name: workspace.name,
    api_key: workspace.apiKey,
    users: workspace.users.count,
    events: workspace.events.length,
    purchases: workspace.purchases.length,
    messages: workspace.messages.length,
    accepted: { ...workspace.accepted },
    rejected: { ...workspace.rejected },
    data_points: workspace.dataPoints,
    overlaps: workspace.overlaps.length,
    segments: workspace.segments.map(({ id, name, reportedSize }) => ({ id, name, size: reportedSize() })),
    exports: workspace.exports.map(({ segmentId, objectPrefix, status, files }) => ({
      segment_id: segmentId,
      object_prefix: objectPrefix,
      status,
      files,
    })),
    stats: structuredClone(workspace.stats) as unknown as Json,
  };
}

function matchingUsers(workspace: BrazeWorkspace, query: URLSearchParams): BrazeUser[] {
  const externalId = query.get("external_id");
  const email = query.get("email");
  const { users } = workspace;
  const found =
    externalId !== null
      ? [users.byExternalId(externalId)]
      : email !== null
        ? [...users.sharingEmail(email)]
        : [...users.all()];
  return found.filter((user) => user !== undefined);
}

function exported(workspace: BrazeWorkspace, users: readonly BrazeUser[]): JsonObject[] {
  return users.map((user) => exportedUser(user, EVERYTHING, workspace.clock()));
}

function usersOf(body: JsonObject): SeedUser[] {
  const many = (count: Json | undefined, make: (index: number) => SeedUser) =>
    Array.from({ length: typeof count === "number" ? count : 0 }, (_, index) => make(index));
  return [
    ...(Array.isArray(body.users) ? (body.users.filter(isJsonObject) as SeedUser[]) : []),
    ...many(body.awkward, awkwardUser),
    ...many(body.plain, plainUser),
  ];
}

/** `with` selects users by profile fields or custom attributes that have exactly these values. */
function createSegment(workspace: BrazeWorkspace, body: JsonObject): string {
  const wanted = isJsonObject(body.with) ? Object.entries(body.with) : [];
  return workspace.createSegment({
    name: String(body.name ?? "Segment"),
    ...(typeof body.id === "string" ? { id: body.id } : {}),
    filter: (user) =>
      wanted.every(
        ([field, value]) =>
          (user as unknown as JsonObject)[field] === value || user.custom_attributes[field] === value,
      ),
  }).id;
}

function parsed(raw: Buffer | "too_large"): JsonObject | undefined {
  if (raw === "too_large") return undefined;
  if (raw.length === 0) return {};
  try {
    const body: unknown = JSON.parse(raw.toString());
    return isJsonObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: Json): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
