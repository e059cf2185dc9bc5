import { FaultList, type StruckHandle, type Turns } from "../fault-list";

/** The S3 actions that the sandbox can tell apart. */
export type S3Action =
  | "ListBuckets"
  | "CreateBucket"
  | "DeleteBucket"
  | "HeadBucket"
  | "GetBucketLocation"
  | "ListObjectsV2"
  | "HeadObject"
  | "GetObject"
  | "PutObject"
  | "CopyObject"
  | "DeleteObject"
  | "DeleteObjects"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload"
  | "Other";

export interface S3FaultMatch extends Turns {
  /** one action or several; default all */
  action?: S3Action | S3Action[];
  bucket?: string;
  /** the object's key (decoded), exactly or by pattern; listings have none */
  key?: string | RegExp;
}

export type S3FaultKind =
  /** An S3 error, e.g. AccessDenied (403) or SlowDown (503). */
  | { kind: "error"; code: string; status?: number; message?: string }
  /** The request is served late. */
  | { kind: "delay"; delayMs: number }
  /** The connection closes without an answer and without effect. */
  | { kind: "drop" }
  /** The answer ends after this many bytes and the connection closes. */
  | { kind: "cut"; afterBytes: number };

export type S3Fault = S3FaultMatch & S3FaultKind;

export interface S3Request {
  action: S3Action;
  bucket: string | undefined;
  key: string | undefined;
  /** What a listing asks for. */
  prefix?: string;
}

export type S3FaultHandle = StruckHandle;

/** Programmable failures of the local S3, in the manner of Braze's `FaultPlan`. */
export class S3Faults extends FaultList<S3Fault, S3Request> {
  constructor() {
    super(isMeant);
  }
}

function isMeant({ action, bucket, key }: S3Fault, request: S3Request): boolean {
  if (action !== undefined && ![action].flat().includes(request.action)) return false;
  if (bucket !== undefined && bucket !== request.bucket) return false;
  if (typeof key === "string") return key === request.key;
  return key === undefined || (request.key !== undefined && key.test(request.key));
}

/** Tells which action a path-style request is. docs: AWS, Amazon S3 API Reference, "Actions" */
export function s3Request(method: string, url: URL, headers: Record<string, unknown>): S3Request {
  const [, bucket = "", ...rest] = url.pathname.split("/");
  const key = decodeURIComponent(rest.join("/"));
  const has = (parameter: string) => url.searchParams.has(parameter);
  const named = (action: S3Action): S3Request => ({
    action,
    bucket: bucket === "" ? undefined : decodeURIComponent(bucket),
    key: key === "" ? undefined : key,
    ...(has("prefix") ? { prefix: url.searchParams.get("prefix") ?? "" } : {}),
  });
  if (bucket === "") return named("ListBuckets");
  if (key === "") return named(bucketAction(method, has));
  switch (method) {
    case "HEAD":
      return named("HeadObject");
    case "GET":
      return named("GetObject");
    case "PUT":
      if (has("partNumber")) return named("UploadPart");
      return named("x-amz-copy-source" in headers ? "CopyObject" : "PutObject");
    case "POST":
      return named(has("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload");
    case "DELETE":
      return named(has("uploadId") ? "AbortMultipartUpload" : "DeleteObject");
    default:
      return named("Other");
  }
}

function bucketAction(method: string, has: (parameter: string) => boolean): S3Action {
  switch (method) {
    case "HEAD":
      return "HeadBucket";
    case "GET":
      return has("location") ? "GetBucketLocation" : "ListObjectsV2";
    case "PUT":
      return "CreateBucket";
    case "POST":
      return has("delete") ? "DeleteObjects" : "Other";
    case "DELETE":
      return "DeleteBucket";
    default:
      return "Other";
  }
}
