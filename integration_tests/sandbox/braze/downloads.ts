import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Download } from "./exports/segment-exports";

/**
 * Answers a download link. Real links point to Braze's own S3 bucket, so errors are S3's.
 * docs: post_users_segment: "The URL will only become a valid location once the export is ready"; "only
 * be valid for a few hours". Returns the status.
 */
export async function answerDownload(
  response: ServerResponse,
  download: Download | undefined,
): Promise<number> {
  if (download === undefined)
    return xmlError(response, 404, "NoSuchKey", "The specified key does not exist.");
  if (download.state === "not_ready") {
    return download.status === 404
      ? xmlError(response, 404, "NoSuchKey", "The specified key does not exist.")
      : xmlError(response, 403, "AccessDenied", "Access Denied");
  }
  if (download.state === "expired") return xmlError(response, 403, "AccessDenied", "Request has expired");
  const { size } = await stat(download.file);
  response.writeHead(200, { "content-type": "application/zip", "content-length": size });
  await pipeline(createReadStream(download.file), response);
  return 200;
}

function xmlError(response: ServerResponse, status: number, code: string, message: string): number {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
  return status;
}
