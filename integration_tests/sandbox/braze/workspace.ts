import { randomUUID } from "node:crypto";
import {
  type Campaign,
  type CampaignOptions,
  type Canvas,
  type CanvasOptions,
  newCampaign,
  newCanvas,
} from "./campaigns";
import { Content } from "./content";
import { CustomAttributes } from "./custom-attributes";
import { type ExportJob, type ExportOptions, SegmentExports } from "./exports/segment-exports";
import type { ExportStorage } from "./exports/storage";
import { type FaultPlan, ProgrammableFaults } from "./faults";
import type { RecordedMessage } from "./messages";
import { OrphanedStates } from "./orphaned-states";
import { type Overlap, OverlapWatch } from "./overlaps";
import { type RateLimitOptions, RateLimits } from "./rate-limits";
import { type LoggedRequest, RequestLog, type RequestStats } from "./requests";
import { createSegment, type Segment, type SegmentOptions } from "./segments";
import { Statistics } from "./statistics";
import {
  type DroppedUpdate,
  isInputArray,
  type RecordedEvent,
  type RecordedPurchase,
  type RejectedObject,
} from "./track/tracked";
import type { BrazeUser } from "./user";
import { IndexedUserStore, type UserStore } from "./user-store";

export interface WorkspaceLimits extends RateLimitOptions {
  /** Objects in one /users/track request; default 75. */
  trackObjects?: number;
  /** Whether `trackObjects` counts all three arrays together (default) or each. */
  trackCount?: "combined" | "per_array";
  /** Largest request body, in bytes; default 4,000,000 (docs: api/endpoints/user_data, "4MB"). */
  maxBodyBytes?: number;
  /** Elements of an array attribute; default 500 (docs: data/activation/attributes/data_types). */
  arrayElements?: number;
  /** Exports running at once; default 100 (docs: post_users_segment). */
  concurrentExports?: number;
}

export interface WorkspaceOptions {
  /** default: "Workspace 1", "Workspace 2", … */
  name?: string;
  /** default: random UUID */
  apiKey?: string;
  /** Permissions of the key, as Braze names them ("users.track"); default all. */
  permissions?: "all" | string[];
  /** Where segment exports go; default a download link. */
  storage?: ExportStorage;
  limits?: WorkspaceLimits;
  exports?: ExportOptions;
  /** How long Braze takes to write users, in milliseconds; default 0. A function may vary it. */
  latencyMs?: number | (() => number);
  /** Requests kept in `requests`; default 1000, 0 for none. */
  logRequests?: number;
  /** The company's time zone, whose days data series have: minutes east of UTC; default 0. */
  utcOffsetMinutes?: number;
  /** false counts what /users/track accepts without storing profiles, events or purchases: for big loads. */
  store?: boolean;
}

/** Objects of /users/track by fate, over the life of the workspace. */
export interface TrackCounts {
  attributes: number;
  events: number;
  purchases: number;
}

export interface Workspace {
  readonly name: string;
  readonly apiKey: string;
  readonly users: UserStore;
  readonly faults: FaultPlan;
  /** Limits of requests; may be changed at any time. */
  readonly rateLimits: Pick<RateLimits, "change">;
  /** Segments in order of creation. */
  readonly segments: readonly Segment[];
  readonly campaigns: Campaign[];
  readonly canvases: Canvas[];
  /** Cards, templates, catalogs and all the rest: tests push into its lists. */
  readonly content: Content;
  /** The numbers of data series. */
  readonly statistics: Statistics;
  createSegment(options: SegmentOptions): Segment;
  /** The global control group: a segment that no list shows. */
  createControlGroup(options?: Partial<SegmentOptions>): Segment;
  createCampaign(options: CampaignOptions): Campaign;
  createCanvas(options: CanvasOptions): Canvas;
  /** Names a custom attribute before any user has it. */
  defineCustomAttribute(name: string, dataType: string): void;
  /** Accepted events and purchases of the whole workspace, in order of arrival. */
  readonly events: readonly RecordedEvent[];
  readonly purchases: readonly RecordedPurchase[];
  eventsOf(user: BrazeUser): RecordedEvent[];
  purchasesOf(user: BrazeUser): RecordedPurchase[];
  /** Messages of campaigns and entries into Canvases, in order. */
  readonly messages: readonly RecordedMessage[];
  messagesOf(user: BrazeUser): RecordedMessage[];
  /** Objects of /users/track accepted, and objects refused with an error. */
  readonly accepted: TrackCounts;
  readonly rejected: TrackCounts;
  /** The last 1000 refused objects. */
  readonly rejections: readonly RejectedObject[];
  /** The last 1000 parts of accepted objects that Braze drops without telling. */
  readonly dropped: readonly DroppedUpdate[];
  /** attributes, events and purchases as Braze bills them (docs: user_guide/data/data_points) */
  readonly dataPoints: number;
  /** The last requests (see `logRequests`). */
  readonly requests: readonly LoggedRequest[];
  readonly stats: RequestStats;
  /** Pairs of requests that were in flight for one identity at the same time: a client's mistake. */
  readonly overlaps: readonly Overlap[];
  /** Segment exports in order of request. */
  readonly exports: readonly ExportJob[];
  /** How exports behave; may be changed between exports. */
  readonly exportSettings: ExportOptions;
}

export interface WorkspaceContext {
  clock: () => number;
  /** http://127.0.0.1:PORT, once it is known */
  baseUrl: () => string;
  /** a folder for spooled downloads, made on first use */
  scratchDirectory: () => Promise<string>;
}

const KEPT = 1000;

export class BrazeWorkspace implements Workspace {
  readonly name: string;
  readonly apiKey: string;
  readonly permissions: "all" | ReadonlySet<string>;
  readonly limits: Required<Omit<WorkspaceLimits, keyof RateLimitOptions>>;
  readonly rateLimits: RateLimits;
  readonly users: IndexedUserStore;
  readonly faults = new ProgrammableFaults();
  readonly segments: Segment[] = [];
  readonly campaigns: Campaign[] = [];
  readonly canvases: Canvas[] = [];
  controlGroup: Segment | undefined;
  readonly content = new Content();
  readonly statistics = new Statistics();
  readonly utcOffsetMinutes: number;
  readonly customAttributes: CustomAttributes;
  readonly events: RecordedEvent[] = [];
  readonly purchases: RecordedPurchase[] = [];
  readonly messages: RecordedMessage[] = [];
  readonly accepted: TrackCounts = { attributes: 0, events: 0, purchases: 0 };
  readonly rejected: TrackCounts = { attributes: 0, events: 0, purchases: 0 };
  readonly rejections: RejectedObject[] = [];
  readonly dropped: DroppedUpdate[] = [];
  readonly log: RequestLog;
  readonly orphanedStates: OrphanedStates;
  readonly overlapWatch = new OverlapWatch();
  readonly segmentExports: SegmentExports;
  readonly store: boolean;
  readonly latencyMs: () => number;
  readonly clock: () => number;
  dataPoints = 0;
  inFlight = 0;
  #sequence = 0;

  constructor(options: WorkspaceOptions, defaultName: string, context: WorkspaceContext) {
    const { limits = {}, latencyMs = 0 } = options;
    this.name = options.name ?? defaultName;
    this.apiKey = options.apiKey ?? randomUUID();
    this.permissions =
      options.permissions === undefined || options.permissions === "all"
        ? "all"
        : new Set(options.permissions);
    this.limits = {
      trackObjects: limits.trackObjects ?? 75,
      trackCount: limits.trackCount ?? "combined",
      maxBodyBytes: limits.maxBodyBytes ?? 4_000_000,
      arrayElements: limits.arrayElements ?? 500,
      concurrentExports: limits.concurrentExports ?? 100,
    };
    this.rateLimits = new RateLimits(limits);
    this.utcOffsetMinutes = options.utcOffsetMinutes ?? 0;
    this.customAttributes = new CustomAttributes(this.limits.arrayElements);
    this.orphanedStates = new OrphanedStates(context.clock);
    this.users = new IndexedUserStore(
      context.clock,
      (user) => {
        for (const name in user.custom_attributes)
          this.customAttributes.see(name, user.custom_attributes[name] ?? null);
      },
      (user) => this.orphanedStates.adopt(user),
    );
    this.log = new RequestLog(options.logRequests ?? KEPT);
    this.store = options.store ?? true;
    this.latencyMs = typeof latencyMs === "function" ? latencyMs : () => latencyMs;
    this.clock = context.clock;
    this.segmentExports = new SegmentExports(
      options.storage ?? { kind: "link" },
      options.exports ?? {},
      context,
    );
  }

  get requests(): readonly LoggedRequest[] {
    return this.log.entries;
  }

  get stats(): RequestStats {
    return this.log.stats;
  }

  get overlaps(): readonly Overlap[] {
    return this.overlapWatch.overlaps;
  }

  get exports(): readonly ExportJob[] {
    return this.segmentExports.jobs;
  }

  get exportSettings(): ExportOptions {
    return this.segmentExports.settings;
  }

  createSegment(options: SegmentOptions): Segment {
    const segment = createSegment(options, this.users, this.clock());
    this.segments.push(segment);
    return segment;
  }

  createControlGroup(options: Partial<SegmentOptions> = {}): Segment {
    this.controlGroup = createSegment(
      { name: "Global Control Group", ...options } as SegmentOptions,
      this.users,
      this.clock(),
    );
    return this.controlGroup;
  }

  createCampaign(options: CampaignOptions): Campaign {
    const campaign = newCampaign(options, this.clock());
    this.campaigns.push(campaign);
    return campaign;
  }

  createCanvas(options: CanvasOptions): Canvas {
    const canvas = newCanvas(options, this.clock());
    this.canvases.push(canvas);
    return canvas;
  }

  defineCustomAttribute(name: string, dataType: string): void {
    this.customAttributes.define({ name, data_type: dataType });
  }

  eventsOf(user: BrazeUser): RecordedEvent[] {
    return this.events.filter((event) => event.braze_id === user.braze_id);
  }

  purchasesOf(user: BrazeUser): RecordedPurchase[] {
    return this.purchases.filter((purchase) => purchase.braze_id === user.braze_id);
  }

  messagesOf(user: BrazeUser): RecordedMessage[] {
    return this.messages.filter((message) => message.braze_id === user.braze_id);
  }

  allows(permission: string): boolean {
    return this.permissions === "all" || this.permissions.has(permission);
  }

  /** Marks a profile as the most recently updated one. */
  touch(user: BrazeUser): void {
    this.#sequence += 1;
    user.updated_sequence = this.#sequence;
  }

  noteRejection(rejection: RejectedObject): void {
    if (isInputArray(rejection.array)) this.rejected[rejection.array] += 1;
    keep(this.rejections, rejection);
  }

  noteDropped(dropped: DroppedUpdate): void {
    keep(this.dropped, dropped);
  }
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT) list.shift();
}
