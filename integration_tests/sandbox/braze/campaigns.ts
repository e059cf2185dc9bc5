import { randomUUID } from "node:crypto";

export type ScheduleType = "time_based" | "action_based" | "api_triggered";

export interface CampaignOptions {
  id?: string;
  name: string;
  /** default true for what is API-triggered */
  isApiCampaign?: boolean;
  /** How it is started; only what is `api_triggered` can be sent over the API. Default: see `isApiCampaign`. */
  scheduleType?: ScheduleType;
  tags?: string[];
  archived?: boolean;
  /** false: stopped or paused; default true */
  enabled?: boolean;
  /** ISO 8601 */
  lastEdited?: string;
}

export interface Campaign {
  id: string;
  name: string;
  isApiCampaign: boolean;
  scheduleType: ScheduleType;
  tags: string[];
  archived: boolean;
  enabled: boolean;
  lastEdited: string;
}

export type CanvasOptions = Omit<CampaignOptions, "isApiCampaign">;
export type Canvas = Omit<Campaign, "isApiCampaign">;

/** What is API-triggered is an API campaign, and the reverse, unless the options say otherwise. */
export function newCampaign(options: CampaignOptions, nowMs: number): Campaign {
  const isApiCampaign = options.isApiCampaign ?? options.scheduleType === "api_triggered";
  return { ...listed(options, isApiCampaign ? "api_triggered" : "action_based", nowMs), isApiCampaign };
}

export function newCanvas(options: CanvasOptions, nowMs: number): Canvas {
  return listed(options, "time_based", nowMs);
}

function listed(options: CanvasOptions, scheduleType: ScheduleType, nowMs: number): Canvas {
  return {
    id: options.id ?? randomUUID(),
    name: options.name,
    scheduleType: options.scheduleType ?? scheduleType,
    tags: options.tags ?? [],
    archived: options.archived ?? false,
    enabled: options.enabled ?? true,
    lastEdited: options.lastEdited ?? new Date(nowMs).toISOString(),
  };
}
