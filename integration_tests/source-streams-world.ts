/** What the tests of the streams beside segments share: workspaces with content, and how they are read. */
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import { type Finished, run } from "./harness";
import { seedContent, type Workspace, type WorkspaceOptions } from "./sandbox";
import { brazeForAllTests } from "./sandbox/testing";

export const dayMs = 86_400_000;
export const day = (ago: number): string => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);

export class StreamsWorld {
  private readonly sandbox = brazeForAllTests();

  private constructor() {}

  /** To be called once, at the top of a file. */
  static forAllTests(): StreamsWorld {
    beforeAll(awayFromMidnight);
    beforeEach(awayFromMidnight);
    return new StreamsWorld();
  }

  get braze() {
    return this.sandbox.braze;
  }

  /** A workspace with so many of everything. */
  seeded(options: WorkspaceOptions = {}, count = 3): Workspace {
    const workspace = this.braze.createWorkspace(options);
    seedContent(workspace, count);
    for (let index = 0; index < count; index += 1)
      workspace.createSegment({ id: `segment-${index}`, name: `Segment ${index}` });
    return workspace;
  }

  configOf(workspace: Workspace, more: object = {}) {
    return {
      url: this.braze.url,
      api_key: workspace.apiKey,
      start_date: day(30),
      segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.2, timeout_minutes: 0.5 },
      ...more,
    };
  }

  read(workspace: Workspace, names: string[]): Promise<Finished> {
    return run("source-braze", "read", { config: this.configOf(workspace), catalog: catalogOf(names) });
  }

  /** An incremental sync. */
  readNew(workspace: Workspace, names: string[], state: object = [], config: object = {}): Promise<Finished> {
    return run("source-braze", "read", {
      config: this.configOf(workspace, config),
      catalog: catalogOf(names, "incremental"),
      state,
    });
  }
}

/** Waits where a day is about to end, in some time zone: what a test compares must be of one day. */
async function awayFromMidnight(): Promise<void> {
  const hourMs = 3_600_000;
  const leftMs = hourMs - (Date.now() % hourMs);
  if (leftMs < 20_000) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

/** A configured catalog of some streams, without asking `discover`. */
export const catalogOf = (names: string[], sync_mode: "full_refresh" | "incremental" = "full_refresh") =>
  ({
    streams: names.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: [sync_mode] },
      sync_mode,
      destination_sync_mode: "append",
    })),
  }) as ConfiguredAirbyteCatalog;

export const column = (finished: Finished, stream: string, name: string): unknown[] =>
  finished.records(stream).map(({ data }) => data[name]);

export function expectComplete(finished: Finished, names: string[]): void {
  expect(finished.errors).toEqual([]);
  expect(finished.invalidLines).toEqual([]);
  expect(finished.exitCode).toBe(0);
  for (const name of names) expect(finished.statuses(name).at(-1)).toBe("COMPLETE");
  const counted = finished.states.reduce((sum, state) => sum + (state.sourceStats?.recordCount ?? 0), 0);
  expect(counted).toBe(finished.records().length);
}

/** The queries of the requests to a path. */
export const queriesOf = (workspace: Workspace, path: string): URLSearchParams[] =>
  workspace.requests
    .map((request) => new URL(request.path, "http://127.0.0.1"))
    .filter(({ pathname }) => pathname === path)
    .map(({ searchParams }) => searchParams);
