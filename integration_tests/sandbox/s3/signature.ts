import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Checks of AWS Signature Version 4 in the `Authorization` header.
 * docs: AWS, IAM User Guide, "Create a signed AWS API request". It is here because s3rver 4 computes
 * signatures from the path that it has routed, and refuses what current SDKs send (`/bucket/?list-type=2`,
 * `STREAMING-UNSIGNED-PAYLOAD-TRAILER`).
 */
export interface Keys {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SignatureProblem {
  status: number;
  code: string;
  message: string;
  /** further elements of the error's XML */
  details?: string;
}

/** Why S3 refuses a request; undefined when its signature is right, or in the query (presigned). */
export function signatureProblem(
  request: IncomingMessage,
  url: URL,
  keys: Keys,
): SignatureProblem | undefined {
  if (url.searchParams.has("X-Amz-Signature")) return undefined;
  const authorization = request.headers.authorization;
  if (authorization === undefined) return { status: 403, code: "AccessDenied", message: "Access Denied" };
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      authorization,
    );
  if (parsed === null) {
    return {
      status: 400,
      code: "AuthorizationHeaderMalformed",
      message: "The authorization header is malformed",
    };
  }
  const [, accessKeyId, day = "", region = "", service = "", signedHeaders = "", signature = ""] = parsed;
  if (accessKeyId !== keys.accessKeyId) {
    return {
      status: 403,
      code: "InvalidAccessKeyId",
      message: "The AWS Access Key Id you provided does not exist in our records.",
      details: `<AWSAccessKeyId>${accessKeyId}</AWSAccessKeyId>`,
    };
  }
  if (region !== keys.region) {
    return {
      status: 400,
      code: "AuthorizationHeaderMalformed",
      message: `The authorization header is malformed; the region '${region}' is wrong; expecting '${keys.region}'`,
      details: `<Region>${keys.region}</Region>`,
    };
  }
  const scope = `${day}/${region}/${service}/aws4_request`;
  const signingKey = [day, region, service, "aws4_request"].reduce<Buffer | string>(
    hmac,
    `AWS4${keys.secretAccessKey}`,
  );
  const toSign = [
    "AWS4-HMAC-SHA256",
    header(request, "x-amz-date"),
    scope,
    sha256(canonical(request, url, signedHeaders)),
  ];
  const expected = hmac(signingKey, toSign.join("\n"));
  const given = Buffer.from(signature, "hex");
  if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined;
  return {
    status: 403,
    code: "SignatureDoesNotMatch",
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  };
}

/** The request in canonical form. S3 takes the path as it stands on the wire. */
function canonical(request: IncomingMessage, url: URL, signedHeaders: string): string {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
  const headers = signedHeaders
    .split(";")
    .map((name) => `${name}:${header(request, name).trim().replace(/ +/g, " ")}\n`);
  return [
    request.method,
    path,
    query,
    headers.join(""),
    signedHeaders,
    header(request, "x-amz-content-sha256"),
  ].join("\n");
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? "");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
