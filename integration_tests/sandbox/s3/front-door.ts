import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type S3rver from "@20minutes/s3rver";
import { type S3Action, type S3Faults, type S3Request, s3Request } from "./faults";
import { type Keys, type SignatureProblem, signatureProblem } from "./signature";
import { FRAMED_WITH_TRAILER, framedWithTrailer } from "./store";

/** docs: AWS, "How to prevent object overwrites with conditional writes"; s3rver ignores the header. */
const TAKEN: SignatureProblem = {
  status: 412,
  code: "PreconditionFailed",
  message: "At least one of the pre-conditions you specified did not hold",
};

const KEPT_REQUESTS = 10_000;

/** What stands between clients and s3rver: signatures, conditional writes, faults, counters. */
export function frontDoor(
  s3rver: S3rver,
  keys: Keys,
  faults: S3Faults,
  requestCounts: Partial<Record<S3Action, number>>,
  requests: S3Request[],
): RequestListener {
  const serve = s3rver.getMiddleware();
  const isTaken = async (request: IncomingMessage, { action, bucket, key }: S3Request): Promise<boolean> =>
    action === "PutObject" &&
    request.headers["if-none-match"] === "*" &&
    bucket !== undefined &&
    key !== undefined &&
    (await s3rver.store.existsObject(bucket, key));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const asked = s3Request(request.method ?? "GET", url, request.headers);
    requestCounts[asked.action] = (requestCounts[asked.action] ?? 0) + 1;
    if (requests.length < KEPT_REQUESTS) requests.push(asked);
    const problem = signatureProblem(request, url, keys);
    if (problem !== undefined) return refuse(request, response, problem);
    if (await isTaken(request, asked)) return refuse(request, response, TAKEN);
    for (const fault of faults.take(asked)) {
      switch (fault.kind) {
        case "delay":
          await sleep(fault.delayMs);
          break;
        case "drop":
          request.socket.destroy();
          return;
        case "cut":
          cutAfter(response, fault.afterBytes);
          break;
        case "error": {
          const { code } = fault;
          const status = fault.status ?? STATUS_OF[code] ?? 500;
          return refuse(request, response, { status, code, message: fault.message ?? code });
        }
      }
    }
    prepareForS3rver(request);
    serve(request, response);
  };
  return (request, response) => {
    answer(request, response).catch(() => response.destroy());
  };
}

/** s3rver refuses this value, and `unframed` in store.ts needs to know of it. */
function prepareForS3rver(request: IncomingMessage): void {
  if (request.headers["x-amz-content-sha256"] !== FRAMED_WITH_TRAILER) return;
  framedWithTrailer.add(request);
  request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
  const encodings = String(request.headers["content-encoding"] ?? "").split(/, */);
  const own = encodings.filter((encoding) => encoding !== "aws-chunked").join(", ");
  if (own === "") delete request.headers["content-encoding"];
  else request.headers["content-encoding"] = own;
}

const STATUS_OF: Record<string, number> = {
  AccessDenied: 403,
  InvalidAccessKeyId: 403,
  SignatureDoesNotMatch: 403,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  PreconditionFailed: 412,
  SlowDown: 503,
  ServiceUnavailable: 503,
  InternalError: 500,
};

/** Answers with an S3 error, after the body has been read: a client that is still sending would see a reset. */
function refuse(request: IncomingMessage, response: ServerResponse, problem: SignatureProblem): void {
  const { status, code, message, details = "" } = problem;
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${details}<RequestId>${requestId}</RequestId></Error>`;
  const send = () => {
    response.writeHead(status, {
      "content-type": "application/xml",
      "content-length": Buffer.byteLength(body),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  request.resume();
  if (request.complete) send();
  else request.once("end", send);
}

/** Lets this many bytes of the answer's body through, then closes the connection. */
function cutAfter(response: ServerResponse, afterBytes: number): void {
  const write = response.write.bind(response);
  let left = afterBytes;
  response.write = (chunk: Buffer | string) => {
    const passed = Buffer.from(chunk as string).subarray(0, left);
    left -= passed.length;
    if (left > 0) return write(passed);
    write(passed, () => response.socket?.destroy());
    return false;
  };
}
