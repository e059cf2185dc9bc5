import { configError, systemError, transientError } from "@braze-connectors/shared/airbyte/errors";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import { messageOf } from "@braze-connectors/shared/braze/errors";
import { readRateLimit } from "@braze-connectors/shared/braze/rate-limit-headers";
import { isObject } from "@braze-connectors/shared/json";
import type { Braze } from "../braze";
import type { Clock } from "../clock";
import { describeSegment, type Segment } from "../segments";
import { duration } from "../wording";
import { type ExportSelection, primaryKey } from "./fields";
import { orStopped } from "./or-stopped";

/** An export that Braze has started. */
export interface StartedExport {
  objectPrefix: string;
  /** When it was requested, epoch ms. */
  requestedAtMs: number;
  /** The download link, a secret; undefined when Braze writes to the workspace's own storage. */
  url: string | undefined;
}

export interface RequestOptions {
  segment: Segment;
  selection: ExportSelection;
  /** gzip counts only with cloud storage (post_users_segment). */
  format: "zip" | "gzip";
  /** Whether the user named the fields: then one that Braze refuses is an error. */
  fieldsAreChosen: boolean;
  pollIntervalMs: number;
  /** How long to wait for another export of the segment. */
  timeoutMs: number;
}

/** After a stop: what Braze has begun is worth knowing, but the host gives us 10 seconds in all. */
const lastAnswerMs = 5000;

interface Means {
  braze: Braze;
  log: Logger;
  clock: Clock;
  stop: AbortSignal;
}

/** Where an export is asked for, and what the API key needs for it (post_users_segment, post_users_global_control_group). */
export const exportEndpoint = ({ isControlGroup }: Segment): { path: string; permission: string } =>
  isControlGroup
    ? { path: "/users/export/global_control_group", permission: "users.export.global_control_group" }
    : { path: "/users/export/segment", permission: "users.export.segment" };

/** The body of an export request. */
export function requestBody(
  { id, isControlGroup }: Segment,
  selection: ExportSelection,
  format: RequestOptions["format"],
): object {
  return {
    ...(isControlGroup ? {} : { segment_id: id }),
    fields_to_export: selection.fields,
    ...(selection.customAttributes === undefined
      ? {}
      : { custom_attributes_to_export: selection.customAttributes }),
    output_format: format,
  };
}

/**
 * Asks Braze for an export. While another export of the segment runs Braze answers 429 (post_users_segment):
 * then it asks again until that one is over.
 * @throws config_error when Braze does not accept the request; transient_error when the other export does not end
 */
export async function requestExport(options: RequestOptions, means: Means): Promise<StartedExport> {
  const { braze, clock, log, stop } = means;
  const { segment, format, pollIntervalMs, timeoutMs } = options;
  const { path, permission } = exportEndpoint(segment);
  const startedAtMs = clock.now();
  let { selection } = options;
  let announced = false;
  for (;;) {
    const requestedAtMs = clock.now();
    const asking = braze.post(path, {
      body: requestBody(segment, selection, format),
      permission,
      accept: [400, 404, 429],
      // An export that we never heard of only keeps us waiting, and then there is another one.
      repeatable: () => true,
    });
    const response = await orStopped(asking, stop, lastAnswerMs);
    const refused = options.fieldsAreChosen ? [] : refusedFields(response, selection);
    if (refused.length > 0) {
      log.warn(`Braze does not export ${refused.join(", ")} (${messageOf(response.body)}): left out.`);
      selection = { ...selection, fields: selection.fields.filter((field) => !refused.includes(field)) };
      continue;
    }
    if (response.status !== 429) return readAnswer(response, requestedAtMs, segment);
    const waitMs = waitAfterRefusal(response, clock.now(), pollIntervalMs);
    if (clock.now() + waitMs - startedAtMs > timeoutMs) {
      throw transientError(
        `Braze refuses to export ${describeSegment(segment)} for more than ${duration(timeoutMs)}: another export of it seems to be running, or the 100 exports that a company may run at once. Try again later, or raise "segment_export.timeout_minutes".`,
        { internal: messageOf(response.body), help: "export-running" },
      );
    }
    if (!announced) {
      log.info(
        `Braze refuses to export ${describeSegment(segment)} for now (429${reason(response)}): another export of it seems to be running. Asking again every ${duration(pollIntervalMs)}, for up to ${duration(timeoutMs)}.`,
      );
      announced = true;
    }
    await clock.sleep(waitMs, stop);
  }
}

/**
 * What an answer says about the export.
 * @throws config_error when Braze refused the request, system_error when the answer makes no sense
 */
export function readAnswer(
  { status, body }: BrazeResponse,
  requestedAtMs: number,
  segment: Segment,
): StartedExport {
  if (status >= 400) {
    throw configError(
      `Braze does not export ${describeSegment(segment)} (${status}${reason({ body })}): check ${segment.isControlGroup ? "that the workspace has one" : '"segment_ids"'} and "segment_export.fields".`,
      { help: "export-refused" },
    );
  }
  const { object_prefix: objectPrefix, url } = isObject(body) ? body : {};
  if (typeof objectPrefix !== "string" || !/^[\w-]+$/.test(objectPrefix)) {
    throw systemError(
      `Braze accepted the export of ${describeSegment(segment)} without saying where it goes: object_prefix is missing.`,
      { help: "odd-answer" },
    );
  }
  return { objectPrefix, requestedAtMs, url: typeof url === "string" && url !== "" ? url : undefined };
}

/** Fields that Braze's page has had for so short a time that not every instance need know them. */
const youngFields: ReadonlySet<string> = new Set(["created_from"]);

/**
 * The requested fields that a 400 names, or that are the likely reason for one that names none: Braze's
 * documentation may be ahead of an instance. Not what the primary key needs.
 */
export function refusedFields({ status, body }: BrazeResponse, { fields }: ExportSelection): string[] {
  if (status !== 400) return [];
  const words = new Set(messageOf(body)?.split(/[^\w]+/) ?? []);
  const dispensable = fields.filter((field) => !(primaryKey as readonly string[]).includes(field));
  const named = dispensable.filter((field) => words.has(field));
  return named.length > 0 ? named : dispensable.filter((field) => youngFields.has(field));
}

/** A 429 of the rate limit says how long to wait; one for a running export does not. */
function waitAfterRefusal({ headers }: BrazeResponse, nowMs: number, pollIntervalMs: number): number {
  const { retryAtMs } = readRateLimit(headers, nowMs);
  return Math.max(pollIntervalMs, retryAtMs === undefined ? 0 : retryAtMs - nowMs);
}

function reason({ body }: { body: unknown }): string {
  const message = messageOf(body);
  return message === undefined ? "" : `: ${message}`;
}
