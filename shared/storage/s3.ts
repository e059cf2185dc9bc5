import { PassThrough, type Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type ConnectorError, configError, transientError } from "../airbyte/errors";
import { isPrivate } from "../loopback";
import { contentTypeOf } from "./content-type";
import { explainS3Error, isMissingObject, type S3Action } from "./s3-errors";
import { endOnSilence } from "./silence";
import { ObjectNotFoundError, type ObjectStorage, type StoredObject } from "./storage";

/** `object_storage_config` with `storage_type` S3 (spec/storage-s3.json). */
export interface S3Config {
  s3_bucket_name: string;
  s3_bucket_region: string;
  bucket_path?: string;
  access_key_id?: string;
  secret_access_key?: string;
  role_arn?: string;
  external_id?: string;
  s3_endpoint?: string;
}

const defaultAttempts = 8;
/** S3 removes at most so many objects a request. */
const deleteBatchSize = 1000;
const connectTimeoutMs = 10_000;
/** How long S3 may take to begin its answer, ms. */
const answerTimeoutMs = 60_000;

/** An S3 bucket, or a path in it, as object storage. */
export class S3Storage implements ObjectStorage {
  readonly location: string;
  private readonly client: S3Client;
  private readonly bucket: string;
  /** What stands before every key: the path with a trailing slash, or nothing. */
  private readonly root: string;

  /**
   * @param maxAttempts of each request
   * @param silenceMs how long the content of an object may stop coming
   */
  constructor(
    private readonly config: S3Config,
    maxAttempts = defaultAttempts,
    private readonly silenceMs: number = answerTimeoutMs,
  ) {
    this.bucket = config.s3_bucket_name;
    const path = (config.bucket_path ?? "").replace(/^\/+|\/+$/g, "");
    this.root = path === "" ? "" : `${path}/`;
    this.location = `s3://${this.bucket}/${path}`.replace(/\/$/, "");
    // Hosts would show the SDK's advice on Node.js versions as a log line of every sync.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    this.client = new S3Client({ ...clientConfig(config), maxAttempts });
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.guard("list", () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: this.root + prefix,
            ContinuationToken: continuation,
          }),
        ),
      );
      for (const { Key, Size } of page.Contents ?? []) {
        if (Key !== undefined) objects.push({ key: Key.slice(this.root.length), sizeBytes: Size ?? 0 });
      }
      const next = page.IsTruncated ? page.NextContinuationToken : undefined;
      if (next !== undefined && next === continuation) {
        throw transientError(`The listing of ${this.location} leads in a circle; try again later.`, {
          help: "storage-trouble",
        });
      }
      continuation = next;
    } while (continuation !== undefined);
    return objects;
  }

  async read(key: string): Promise<Readable> {
    const { Body } = await this.guard(
      "read",
      () => this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.root + key })),
      key,
    );
    return this.explained(Body as Readable);
  }

  async write(key: string, bytes: Buffer): Promise<void> {
    await this.guard("write", () =>
      this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: this.root + key,
          Body: bytes,
          ContentType: contentTypeOf(key),
        }),
      ),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += deleteBatchSize) {
      const batch = keys.slice(start, start + deleteBatchSize);
      const { Errors } = await this.guard("delete", () =>
        this.client.send(
          new DeleteObjectsCommand({
            Bucket: this.bucket,
            Delete: { Objects: batch.map((key) => ({ Key: this.root + key })), Quiet: true },
          }),
        ),
      );
      const refused = Errors?.find(({ Code }) => Code !== "NoSuchKey");
      if (refused) {
        await this.guard("delete", () =>
          Promise.reject(Object.assign(new Error(refused.Message), { name: refused.Code })),
        );
      }
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** The content of an object; that it was cut halfway becomes a sentence, too. */
  private explained(content: Readable): Readable {
    const through = new PassThrough();
    content.once("error", (error) => void this.explain(error, "read").then((told) => through.destroy(told)));
    through.once("close", () => content.destroy());
    endOnSilence(content, through, this.silenceMs);
    return content.pipe(through);
  }

  private async guard<Result>(
    action: S3Action,
    attempt: () => Promise<Result>,
    key?: string,
  ): Promise<Result> {
    try {
      return await attempt();
    } catch (error) {
      if (key !== undefined && isMissingObject(error)) throw new ObjectNotFoundError(key);
      throw await this.explain(error, action);
    }
  }

  private explain(error: unknown, action: S3Action): Promise<ConnectorError> {
    const place = {
      bucket: this.bucket,
      region: this.config.s3_bucket_region,
      endpoint: this.config.s3_endpoint,
    };
    return explainS3Error(error, action, place, () => this.visibleBuckets());
  }

  private async visibleBuckets(): Promise<string[] | undefined> {
    try {
      const { Buckets } = await this.client.send(new ListBucketsCommand({}));
      return (Buckets ?? []).flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
    } catch {
      return undefined;
    }
  }
}

function clientConfig(config: S3Config): S3ClientConfig {
  const { access_key_id, secret_access_key, role_arn, external_id, s3_endpoint } = config;
  if ((access_key_id === undefined) !== (secret_access_key === undefined)) {
    throw configError(
      'Of "object_storage_config.access_key_id" and "object_storage_config.secret_access_key" only one is set; set both, or neither to use the default credential chain.',
      { help: "aws-credentials" },
    );
  }
  if (s3_endpoint !== undefined) checkEndpoint(s3_endpoint);
  const region = config.s3_bucket_region;
  const own =
    access_key_id === undefined || secret_access_key === undefined
      ? undefined
      : { accessKeyId: access_key_id, secretAccessKey: secret_access_key };
  const credentials =
    role_arn === undefined
      ? own
      : fromTemporaryCredentials({
          params: { RoleArn: role_arn, RoleSessionName: "braze-connector", ExternalId: external_id },
          masterCredentials: own,
          clientConfig: { region },
        });
  return {
    region,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(credentials === undefined ? {} : { credentials }),
    ...(s3_endpoint === undefined
      ? {}
      : {
          endpoint: s3_endpoint,
          forcePathStyle: true,
          // Not every service that speaks S3 knows the newer default checksums.
          requestChecksumCalculation: "WHEN_REQUIRED",
          responseChecksumValidation: "WHEN_REQUIRED",
        }),
  };
}

/** @throws config_error for what is no URL; plain http only inside a private network (MinIO in a container, say), for personal data travel there */
function checkEndpoint(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (!url || !isHttp || url.hostname === "") {
    throw configError(
      `"object_storage_config.s3_endpoint" must be a URL such as https://s3.example.com, not "${text}".`,
      { help: "config-invalid" },
    );
  }
  if (url.protocol === "http:" && !isPrivate(url.hostname)) {
    throw configError(
      '"object_storage_config.s3_endpoint" must start with https:// (http is allowed only inside a private network).',
      { help: "config-invalid" },
    );
  }
}
