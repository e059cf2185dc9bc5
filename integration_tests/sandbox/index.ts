/** The sandbox: a local Braze and a local S3. See docs/decisions/0005-s3-stand-in.md for what the S3 is. */
export type {
  Campaign,
  CampaignOptions,
  Canvas,
  CanvasOptions,
  ScheduleType,
} from "./braze/campaigns";
export type { Catalog, Content, SubscriptionGroup } from "./braze/content";
export type { CustomAttribute } from "./braze/custom-attributes";
export { EXPORT_FIELDS, type ExportField, type Selection } from "./braze/exports/exported-user";
export type { ExportJob, ExportOptions } from "./braze/exports/segment-exports";
export type { ExportStorage } from "./braze/exports/storage";
export type {
  Fault,
  FaultHandle,
  FaultKind,
  FaultMatch,
  FaultPlan,
  FaultRequest,
  ObjectPredicate,
  RejectObject,
} from "./braze/faults";
export type { RecordedMessage } from "./braze/messages";
export type { Overlap } from "./braze/overlaps";
export type { RateLimitOptions } from "./braze/rate-limits";
export type { LoggedRequest, RequestStats } from "./braze/requests";
export type {
  GeneratedSegmentOptions,
  Members,
  Segment,
  SegmentOptions,
  StoredSegmentOptions,
} from "./braze/segments";
export { type BrazeOptions, type SandboxBraze, startBraze } from "./braze/server";
export type {
  BatchArray,
  DroppedUpdate,
  InputArray,
  RecordedEvent,
  RecordedPurchase,
  RejectedObject,
} from "./braze/track/tracked";
export type { Activity, BrazeUser, SeedUser, SubscriptionState, UserAlias } from "./braze/user";
export type { UserStore } from "./braze/user-store";
export type {
  TrackCounts,
  Workspace,
  WorkspaceLimits,
  WorkspaceOptions,
} from "./braze/workspace";
export {
  type FaultProxy,
  type ProxyFault,
  type ProxyFaultKind,
  type ProxyFaultMatch,
  startFaultProxy,
} from "./fault-proxy";
export type { Json, JsonObject } from "./json";
export { exportsInto, storageConfigOf } from "./s3/configs";
export type { S3Action, S3Fault, S3FaultHandle, S3FaultKind, S3FaultMatch, S3Faults } from "./s3/faults";
export { type S3Options, type SandboxS3, startS3 } from "./s3/server";
export { awkwardUser, plainUser } from "./seed";
export { seedContent } from "./seed-content";
