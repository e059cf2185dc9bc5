import { ConnectorError, errorCode, errorMessage, type FailureType } from "../airbyte/errors";
import type { HelpAnchor } from "../airbyte/help";
import { certificateProblem } from "../certificate-problem";
import { isObject } from "../json";

/** What was tried; errors say which permission it needs. */
export type S3Action = "list" | "read" | "write" | "delete";

export interface S3Place {
  bucket: string;
  region: string;
  /** Custom endpoint, if one is configured. */
  endpoint?: string;
}

const permissions: Record<S3Action, string> = {
  list: "s3:ListBucket",
  read: "s3:GetObject",
  write: "s3:PutObject",
  delete: "s3:DeleteObject",
};

interface Facts {
  code: string;
  status: number | undefined;
  /** The region that S3 says the bucket is in. */
  actualRegion: string | undefined;
}

const badKeyCodes = new Set([
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidToken",
  "ExpiredToken",
  "ExpiredTokenException",
  "TokenRefreshRequired",
]);
const wrongRegionCodes = new Set([
  "PermanentRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "301",
]);
const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "TimeoutError",
  "EPIPE",
]);

/** Whether S3 says that the object (not the bucket) is missing. */
export const isMissingObject = (error: unknown): boolean =>
  ["NoSuchKey", "NotFound"].includes(factsOf(error).code);

/**
 * An error of S3 as a sentence for the user.
 * @param visibleBuckets asked only when the bucket seems wrong: the names that the key can see, if it may list them
 */
export async function explainS3Error(
  error: unknown,
  action: S3Action,
  place: S3Place,
  visibleBuckets: () => Promise<string[] | undefined>,
): Promise<ConnectorError> {
  if (error instanceof ConnectorError) return error;
  const { code, status, actualRegion } = factsOf(error);
  const make = (failureType: FailureType, help: HelpAnchor, message: string): ConnectorError =>
    new ConnectorError(failureType, message, {
      internal: `S3 ${action}: ${code}: ${errorMessage(error)}`,
      help,
      cause: error,
    });

  if (code === "NoSuchBucket") {
    return make(
      "config_error",
      "bucket",
      `The S3 bucket "${place.bucket}" does not exist.${describe(await visibleBuckets())}`,
    );
  }
  // STS answers with codes of S3's (AccessDenied); that it is about the role only its text says.
  if (errorMessage(error).includes("sts:AssumeRole")) {
    return make(
      "config_error",
      "aws-credentials",
      "The role could not be assumed: check role_arn, external_id and the role's trust policy.",
    );
  }
  if (code === "RequestTimeTooSkewed") {
    return make(
      "config_error",
      "aws-credentials",
      "S3 refused the request because the clock of this machine is wrong.",
    );
  }
  if (badKeyCodes.has(code)) {
    return make(
      "config_error",
      "aws-credentials",
      `S3 did not accept the AWS credentials (${code}): check access_key_id and secret_access_key.`,
    );
  }
  if (wrongRegionCodes.has(code) || status === 301) {
    const hint = actualRegion === undefined ? "" : ` It is in ${actualRegion}.`;
    return make(
      "config_error",
      "bucket",
      `The S3 bucket "${place.bucket}" is not in the region ${place.region}: check s3_bucket_region.${hint}`,
    );
  }
  if (code === "CredentialsProviderError" || code === "AccessDeniedException") {
    return make(
      "config_error",
      "aws-credentials",
      "No AWS credentials could be obtained: set access_key_id and secret_access_key, or check role_arn, external_id and the environment.",
    );
  }
  if (code === "AccessDenied" || code === "Forbidden" || status === 403) {
    return make(
      "config_error",
      "storage-permission",
      `The AWS credentials may not ${action} in the S3 bucket "${place.bucket}": they need ${permissions[action]}.${describe(await visibleBuckets())}`,
    );
  }
  const where = place.endpoint ?? `S3 in ${place.region}`;
  const problem = certificateProblem(code);
  if (problem !== undefined) {
    return make("config_error", "certificate", `${where} can't be trusted: ${problem}. Check s3_endpoint.`);
  }
  if (code === "ENOTFOUND" || networkCodes.has(code)) {
    return make(
      code === "ENOTFOUND" ? "config_error" : "transient_error",
      "unreachable",
      `${where} can't be reached (${code}): check s3_endpoint, s3_bucket_region and the network.`,
    );
  }
  if (status !== undefined && status < 500 && code !== "SlowDown") {
    return make(
      "config_error",
      "storage-trouble",
      `S3 refused to ${action} in the bucket "${place.bucket}" (${code}): check object_storage_config.`,
    );
  }
  return make(
    "transient_error",
    "storage-trouble",
    `S3 kept failing to ${action} in the bucket "${place.bucket}" (${code}); try again later.`,
  );
}

function describe(buckets: string[] | undefined): string {
  if (buckets === undefined) return " Check s3_bucket_name.";
  if (buckets.length === 0) return " Check s3_bucket_name; the key sees no bucket at all.";
  return ` Check s3_bucket_name; the key sees ${buckets.slice(0, 20).join(", ")}${buckets.length > 20 ? " and more" : ""}.`;
}

function factsOf(error: unknown): Facts {
  const name = error instanceof Error ? error.name : "";
  const metadata =
    isObject(error) || error instanceof Error ? (error as { $metadata?: unknown }).$metadata : undefined;
  const response = error instanceof Error ? (error as { $response?: unknown }).$response : undefined;
  const headers =
    typeof response === "object" && response !== null && "headers" in response ? response.headers : undefined;
  const region = isObject(headers) ? headers["x-amz-bucket-region"] : undefined;
  const status = isObject(metadata) ? metadata.httpStatusCode : undefined;
  return {
    code: errorCode(error) ?? (name === "" || name === "Error" ? "unknown error" : name),
    status: typeof status === "number" ? status : undefined,
    actualRegion: typeof region === "string" ? region : undefined,
  };
}
