import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import accounts from "@20minutes/s3rver/lib/models/account";
import { S3Client } from "@aws-sdk/client-s3";
import { closeServer, listen } from "../http";
import { type S3Action, S3Faults, type S3Request } from "./faults";
import { frontDoor } from "./front-door";
import { pageListings } from "./listing";
import { makeFaithful } from "./store";

export interface S3Options {
  /** default: a free one */
  port?: number;
  /** default eu-west-1; requests signed for another one are refused, as S3 does */
  region?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
}

export interface SandboxS3 {
  /** http://127.0.0.1:PORT, path style */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary; removed by `close`. */
  readonly directory: string;
  readonly faults: S3Faults;
  /** Requests served, by action. */
  readonly requestCounts: Partial<Record<S3Action, number>>;
  /** The first 10,000 of them; a test may empty the list. */
  readonly requests: S3Request[];
  createBucket(name: string): Promise<void>;
  /** A client with the right keys, or with the ones given. The caller need not destroy it. */
  client(credentials?: { accessKeyId: string; secretAccessKey: string }): S3Client;
  close(): Promise<void>;
}

/** Starts a local S3 on loopback: s3rver behind a thin layer for faults and regions. */
export async function startS3(options: S3Options = {}): Promise<SandboxS3> {
  const region = options.region ?? "eu-west-1";
  const accessKeyId = options.accessKeyId ?? `AKIASANDBOX${randomBytes(4).toString("hex").toUpperCase()}`;
  const secretAccessKey = options.secretAccessKey ?? randomBytes(20).toString("hex");
  const directory = await mkdtemp(join(tmpdir(), "sandbox-s3-"));
  const objects = join(directory, "objects");
  const incoming = join(directory, "incoming");
  await Promise.all([mkdir(objects), mkdir(incoming)]);

  const s3rver = new S3rver({
    directory: objects,
    silent: true,
    vhostBuckets: false,
    // signature.ts checks them
    allowMismatchedSignatures: true,
  });
  // s3rver's logger would otherwise take over the process's uncaught exceptions.
  s3rver.logger.exceptions.unhandle();
  s3rver.on("error", () => {
    // Answered to the client as an S3 error; Koa would print it as well.
  });
  makeFaithful(s3rver.store, incoming);
  pageListings();
  accounts.DUMMY_ACCOUNT.createKeyPair(accessKeyId, secretAccessKey);

  const faults = new S3Faults();
  const requestCounts: Partial<Record<S3Action, number>> = {};
  const requests: S3Request[] = [];
  const keys = { region, accessKeyId, secretAccessKey };
  const server = createServer(frontDoor(s3rver, keys, faults, requestCounts, requests));
  const endpoint = await listen(server, options.port ?? 0);
  const clients: S3Client[] = [];

  return {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    directory,
    faults,
    requestCounts,
    requests,
    createBucket: async (name) => {
      await s3rver.store.putBucket(name);
    },
    client: (credentials = { accessKeyId, secretAccessKey }) => {
      const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.destroy();
      accounts.DUMMY_ACCOUNT.revokeAccessKey(accessKeyId);
      await closeServer(server);
      s3rver.logger.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
