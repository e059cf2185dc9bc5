import { randomUUID } from "node:crypto";
import type { BrazeUser, SeedUser } from "./user";
import type { UserStore } from "./user-store";

interface SegmentBasics {
  /** default: random UUID */
  id?: string;
  name: string;
  description?: string;
  tags?: string[];
  /** default true */
  analyticsTrackingEnabled?: boolean;
  /** left out of /segments/list when true */
  archived?: boolean;
  /** ISO 8601 */
  createdAt?: string;
}

/** Members are the stored users that the filter accepts, all without one. */
export interface StoredSegmentOptions extends SegmentBasics {
  filter?: (user: BrazeUser) => boolean;
  /** Size that /segments/data_series reports; default the number of members. */
  size?: number;
}

/** Members come from a function and are never stored: for exports of millions. */
export interface GeneratedSegmentOptions extends SegmentBasics {
  /** Must give the same user whenever it is asked for the same index. */
  generate: (index: number) => SeedUser;
  size: number;
}

export type SegmentOptions = StoredSegmentOptions | GeneratedSegmentOptions;

/** The members of a segment at one moment. */
export interface Members {
  size: number;
  at(index: number): SeedUser | undefined;
}

export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: string[];
  readonly analyticsTrackingEnabled: boolean;
  readonly archived: boolean;
  readonly createdAt: string;
  /** size that Braze reports in /segments/data_series */
  reportedSize(): number;
  members(): Members;
}

export function createSegment(options: SegmentOptions, users: UserStore, nowMs: number): Segment {
  const stored = "generate" in options ? undefined : () => [...matching(users, options.filter)];
  const generated: Members | undefined =
    "generate" in options ? { size: options.size, at: options.generate } : undefined;
  const members = () => {
    if (generated !== undefined) return generated;
    const snapshot = stored?.() ?? [];
    return { size: snapshot.length, at: (index: number) => snapshot[index] };
  };
  return {
    id: options.id ?? randomUUID(),
    name: options.name,
    description: options.description ?? `Sandbox segment ${options.name}`,
    tags: options.tags ?? [],
    analyticsTrackingEnabled: options.analyticsTrackingEnabled ?? true,
    archived: options.archived ?? false,
    createdAt: options.createdAt ?? new Date(nowMs).toISOString(),
    reportedSize: () => options.size ?? members().size,
    members,
  };
}

function* matching(
  users: UserStore,
  filter: ((user: BrazeUser) => boolean) | undefined,
): Iterable<BrazeUser> {
  for (const user of users.all()) if (filter === undefined || filter(user)) yield user;
}
