import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { run } from "./harness";
import { type SandboxBraze, type SandboxS3, startBraze, startS3 } from "./sandbox";

/** Answers AssumeRole (AWS STS API reference) with the sandbox's own keys, to whoever knows the external id. */
function startSts(s3: SandboxS3, externalId: string, seen: URLSearchParams[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const parameters = new URLSearchParams(body);
      seen.push(parameters);
      const allowed = parameters.get("ExternalId") === externalId;
      response.writeHead(allowed ? 200 : 403, { "content-type": "text/xml" });
      response.end(
        allowed
          ? `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${s3.accessKeyId}</AccessKeyId><SecretAccessKey>${s3.secretAccessKey}</SecretAccessKey><SessionToken>session-token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
          : "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform sts:AssumeRole</Message></Error></ErrorResponse>",
      );
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

let braze: SandboxBraze;
let s3: SandboxS3;
let sts: Server;
const assumed: URLSearchParams[] = [];
const externalId = "airbyte-workspace-1";
const role = "arn:aws:iam::123456789012:role/braze-sync";

beforeAll(async () => {
  [braze, s3] = await Promise.all([startBraze(), startS3()]);
  await s3.createBucket("assumed");
  sts = await startSts(s3, externalId, assumed);
});

afterAll(async () => {
  await Promise.all([braze.close(), s3.close(), new Promise((resolve) => sts.close(resolve))]);
});

/** `check` with keys that may only assume the role. */
function check(external_id: string) {
  const { port } = sts.address() as AddressInfo;
  return run("destination-braze", "check", {
    config: {
      url: braze.url,
      api_key: braze.createWorkspace().apiKey,
      object_storage_config: {
        storage_type: "S3",
        s3_bucket_name: "assumed",
        s3_bucket_region: s3.region,
        s3_endpoint: s3.endpoint,
        access_key_id: "AKIAONLYASSUMES",
        secret_access_key: "only-assumes",
        role_arn: role,
        external_id,
      },
    },
    env: { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` },
  });
}

test("a role is assumed, with the external id, and its keys are used", async () => {
  const finished = await check(externalId);
  expect(finished.check).toEqual({ status: "SUCCEEDED" });
  expect(Object.fromEntries(assumed.at(-1) ?? [])).toMatchObject({ RoleArn: role, ExternalId: externalId });
});

test("a role that may not be assumed is named as the reason", async () => {
  const finished = await check("somebody-else");
  expect(finished.exitCode).toBe(0);
  expect(finished.check.status).toBe("FAILED");
  expect(finished.check.message).toMatch(/role_arn|role/);
  expect(finished.everything).not.toContain("only-assumes");
});
