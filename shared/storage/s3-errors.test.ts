import { configError } from "../airbyte/errors";
import { explainS3Error, isMissingObject, type S3Action, type S3Place } from "./s3-errors";

/** An error as the AWS SDK throws it. */
const s3Error = (name: string, httpStatusCode?: number, headers?: object): Error =>
  Object.assign(new Error(`words of ${name}`), {
    name,
    $metadata: { httpStatusCode },
    $response: { headers },
  });

/** An error of Node.js, as the AWS SDK passes it on. */
const nodeError = (code: string): Error => Object.assign(new Error(`words of ${code}`), { code });

const place: S3Place = { bucket: "my-bucket", region: "us-east-1" };

function explain(error: unknown, action: S3Action = "list", buckets?: string[], where = place) {
  return explainS3Error(error, action, where, async () => buckets);
}

describe("explainS3Error", () => {
  test.each([
    [
      "NoSuchBucket",
      s3Error("NoSuchBucket", 404),
      "config_error",
      'The S3 bucket "my-bucket" does not exist. Check s3_bucket_name; the key sees one, two.',
    ],
    [
      "InvalidAccessKeyId",
      s3Error("InvalidAccessKeyId", 403),
      "config_error",
      "S3 did not accept the AWS credentials (InvalidAccessKeyId): check access_key_id and secret_access_key.",
    ],
    [
      "SignatureDoesNotMatch",
      s3Error("SignatureDoesNotMatch", 403),
      "config_error",
      "S3 did not accept the AWS credentials (SignatureDoesNotMatch): check access_key_id and secret_access_key.",
    ],
    [
      "a wrong key to assume a role with",
      s3Error("InvalidClientTokenId", 403),
      "config_error",
      "S3 did not accept the AWS credentials (InvalidClientTokenId): check access_key_id and secret_access_key.",
    ],
    [
      "a certificate that can't be verified",
      nodeError("UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
      "config_error",
      "S3 in us-east-1 can't be trusted: its certificate can't be verified. Check s3_endpoint.",
    ],
    [
      "PermanentRedirect",
      s3Error("PermanentRedirect", 301, { "x-amz-bucket-region": "eu-central-1" }),
      "config_error",
      'The S3 bucket "my-bucket" is not in the region us-east-1: check s3_bucket_region. It is in eu-central-1.',
    ],
    [
      "a redirect that does not say where",
      s3Error("UnknownError", 301),
      "config_error",
      'The S3 bucket "my-bucket" is not in the region us-east-1: check s3_bucket_region.',
    ],
    [
      "AuthorizationHeaderMalformed",
      s3Error("AuthorizationHeaderMalformed", 400),
      "config_error",
      'The S3 bucket "my-bucket" is not in the region us-east-1: check s3_bucket_region.',
    ],
    [
      "no credentials",
      s3Error("CredentialsProviderError"),
      "config_error",
      "No AWS credentials could be obtained: set access_key_id and secret_access_key, or check role_arn, external_id and the environment.",
    ],
    [
      "a wrong clock",
      s3Error("RequestTimeTooSkewed", 403),
      "config_error",
      "S3 refused the request because the clock of this machine is wrong.",
    ],
    [
      "InvalidBucketName",
      s3Error("InvalidBucketName", 400),
      "config_error",
      'S3 refused to list in the bucket "my-bucket" (InvalidBucketName): check object_storage_config.',
    ],
    [
      "a host that does not exist",
      nodeError("ENOTFOUND"),
      "config_error",
      "S3 in us-east-1 can't be reached (ENOTFOUND): check s3_endpoint, s3_bucket_region and the network.",
    ],
    [
      "a refused connection",
      nodeError("ECONNREFUSED"),
      "transient_error",
      "S3 in us-east-1 can't be reached (ECONNREFUSED): check s3_endpoint, s3_bucket_region and the network.",
    ],
    [
      "a time-out",
      s3Error("TimeoutError"),
      "transient_error",
      "S3 in us-east-1 can't be reached (TimeoutError): check s3_endpoint, s3_bucket_region and the network.",
    ],
    [
      "SlowDown",
      s3Error("SlowDown", 503),
      "transient_error",
      'S3 kept failing to list in the bucket "my-bucket" (SlowDown); try again later.',
    ],
    [
      "InternalError",
      s3Error("InternalError", 500),
      "transient_error",
      'S3 kept failing to list in the bucket "my-bucket" (InternalError); try again later.',
    ],
    [
      "something without a name",
      new Error("words"),
      "transient_error",
      'S3 kept failing to list in the bucket "my-bucket" (unknown error); try again later.',
    ],
  ])("%s", async (_, error, failureType, message) => {
    expect(await explain(error, "list", ["one", "two"])).toMatchObject({
      failureType,
      message,
      cause: error,
    });
  });

  test("a role that can't be assumed is not taken for a bucket that can't be listed", async () => {
    const error = s3Error("AccessDenied", 403);
    error.message =
      "User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole on resource: arn:…";
    expect(await explain(error)).toMatchObject({
      failureType: "config_error",
      message: "The role could not be assumed: check role_arn, external_id and the role's trust policy.",
      internal: expect.stringContaining("sts:AssumeRole on resource"),
    });
  });

  test.each([
    ["list", "s3:ListBucket"],
    ["read", "s3:GetObject"],
    ["write", "s3:PutObject"],
    ["delete", "s3:DeleteObject"],
  ] as const)("AccessDenied names the permission to %s", async (action, permission) => {
    for (const error of [
      s3Error("AccessDenied", 403),
      s3Error("Forbidden", 403),
      s3Error("UnknownError", 403),
    ]) {
      expect(await explain(error, action, ["one"])).toMatchObject({
        failureType: "config_error",
        message: `The AWS credentials may not ${action} in the S3 bucket "my-bucket": they need ${permission}. Check s3_bucket_name; the key sees one.`,
      });
    }
  });

  test.each([
    ["may not list them", undefined, " Check s3_bucket_name."],
    ["sees none", [], " Check s3_bucket_name; the key sees no bucket at all."],
    ["sees many", Array.from({ length: 21 }, (_, index) => `b${index + 1}`), " b19, b20 and more."],
  ])("the buckets of a key that %s", async (_, buckets, end) => {
    const { message } = await explain(s3Error("NoSuchBucket", 404), "list", buckets);
    expect(message.endsWith(end)).toBe(true);
  });

  test("a custom endpoint is named where it can't be reached", async () => {
    const { message } = await explain(nodeError("ECONNREFUSED"), "list", [], {
      ...place,
      endpoint: "http://127.0.0.1:9000",
    });
    expect(message).toMatch(/^http:\/\/127\.0\.0\.1:9000 can't be reached/);
  });

  test("other buckets are asked for only where that helps", async () => {
    const visible = jest.fn(async () => []);
    await explainS3Error(s3Error("InvalidAccessKeyId", 403), "list", place, visible);
    await explainS3Error(nodeError("ECONNREFUSED"), "list", place, visible);
    expect(visible).not.toHaveBeenCalled();
  });

  test("the internal message tells what S3 said", async () => {
    expect((await explain(s3Error("SlowDown", 503), "write")).internal).toBe(
      "S3 write: SlowDown: words of SlowDown",
    );
  });

  test("what is a sentence already stays one", async () => {
    const error = configError("Already said.");
    expect(await explain(error)).toBe(error);
  });
});

test("isMissingObject", () => {
  expect(isMissingObject(s3Error("NoSuchKey", 404))).toBe(true);
  expect(isMissingObject(s3Error("NotFound", 404))).toBe(true);
  expect(isMissingObject(s3Error("NoSuchBucket", 404))).toBe(false);
  expect(isMissingObject(new Error("x"))).toBe(false);
});
