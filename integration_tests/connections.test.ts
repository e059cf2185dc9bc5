/** What travels to whom: certificates are verified, redirects not followed, nothing goes without TLS. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connector, run } from "./harness";
import { type SandboxBraze, startBraze } from "./sandbox";
import { selfSigned } from "./self-signed";

let braze: SandboxBraze;
let directory: string;
let certificate: string;
let secure: Server;
let plain: Server;
/** What either server received, `POST /users/track with KEY`. */
let received: string[];
let answer: RequestListener;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listener: RequestListener = (request, response) => {
  request.resume();
  received.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
  answer(request, response);
};

beforeAll(async () => {
  braze = await startBraze();
  directory = await mkdtemp(join(tmpdir(), "connections-"));
  const made = selfSigned("localhost");
  certificate = join(directory, "certificate.pem");
  await writeFile(certificate, made.cert);
  secure = createHttpsServer(made, listener);
  plain = createHttpServer(listener);
  await Promise.all([secure, plain].map((server) => once(server.listen(0, "localhost"), "listening")));
});
afterAll(async () => {
  for (const server of [secure, plain]) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all([braze.close(), rm(directory, { recursive: true, force: true })]);
});
beforeEach(() => {
  received = [];
  answer = (_, response) => response.writeHead(400, { "content-type": "application/json" }).end("{}");
});

const key = "marked-key-0123456789";
const check = (connector: Connector, config: object, env: Record<string, string> = {}) =>
  run(connector, "check", { config: { api_key: key, ...config }, env });

const storageAt = (s3_endpoint: string) => ({
  storage_type: "S3",
  s3_bucket_name: "b",
  s3_bucket_region: "eu-west-1",
  access_key_id: "AKIAMARKED",
  secret_access_key: "marked-secret",
  s3_endpoint,
});

describe("a certificate that can't be verified", () => {
  const withoutVerification = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };

  test.each<[Connector, Record<string, string>]>([
    ["destination-braze", {}],
    ["destination-braze", withoutVerification],
    ["source-braze", withoutVerification],
  ])("%s sends nothing to Braze with %j", async (connector, env) => {
    const finished = await check(connector, { url: `https://localhost:${portOf(secure)}` }, env);
    expect(finished.check).toEqual({
      status: "FAILED",
      message: expect.stringMatching(
        /^https:\/\/localhost:\d+ can't be reached: its certificate is self-signed\. Check url\. \(docs\/troubleshooting\.md#certificate\)$/,
      ),
    });
    expect(received).toEqual([]);
    expect(finished.stderr).toBe("");
    const warnings = finished.logs("WARN").filter((line) => line.includes("NODE_TLS_REJECT_UNAUTHORIZED"));
    expect(warnings).toHaveLength(env === withoutVerification ? 1 : 0);
  });

  test("nothing is sent to S3 either", async () => {
    const object_storage_config = storageAt(`https://localhost:${portOf(secure)}`);
    const { apiKey } = braze.createWorkspace();
    const config = { url: braze.url, api_key: apiKey, object_storage_config };
    const finished = await check("destination-braze", config, withoutVerification);
    expect(finished.check).toMatchObject({
      status: "FAILED",
      message: expect.stringMatching(
        /can't be trusted: its certificate is self-signed\. Check s3_endpoint\. \(docs\/troubleshooting\.md#certificate\)$/,
      ),
    });
    expect(received).toEqual([]);
  });

  test("is fine when the environment names its authority: then it can be verified", async () => {
    const url = `https://localhost:${portOf(secure)}`;
    const finished = await check("destination-braze", { url }, { NODE_EXTRA_CA_CERTS: certificate });
    expect(finished.check).toEqual({ status: "SUCCEEDED" });
    expect(received).toEqual([`POST /users/track Bearer ${key}`]);
  });
});

describe("a redirect is not followed", () => {
  test.each([301, 302, 307, 308])("from Braze, with %d", async (status) => {
    const { apiKey } = braze.createWorkspace();
    const elsewhere = `http://localhost:${portOf(plain)}/elsewhere`;
    const workspace = braze.workspaces.find((each) => each.apiKey === apiKey);
    workspace?.faults.add({ kind: "status", status, headers: { location: elsewhere }, times: Infinity });
    const finished = await check("destination-braze", { url: braze.url, api_key: apiKey });
    expect(finished.check).toMatchObject({
      status: "FAILED",
      message: expect.stringMatching(/redirects \/users\/track elsewhere/),
    });
    expect(received).toEqual([]);
  });

  test.each([301, 307])("from S3, with %d", async (status) => {
    answer = (_, response) =>
      response
        .writeHead(status, { location: `http://127.0.0.1:${portOf(plain)}/elsewhere`, "content-length": 0 })
        .end();
    const object_storage_config = storageAt(`http://localhost:${portOf(plain)}`);
    const { apiKey } = braze.createWorkspace();
    const finished = await check("destination-braze", {
      url: braze.url,
      api_key: apiKey,
      object_storage_config,
    });
    expect(finished.check.status).toBe("FAILED");
    expect(received.length).toBeGreaterThan(0);
    expect(received.filter((line) => line.includes("elsewhere"))).toEqual([]);
  });
});

describe("without TLS", () => {
  test.each<[Connector, object, RegExp]>([
    ["source-braze", { url: "http://rest.iad-01.braze.com" }, /"url" must start with https:\/\//],
    ["destination-braze", { url: "http://127.0.0.1.example.com" }, /"url" must start with https:\/\//],
    [
      "destination-braze",
      {
        url: "https://rest.iad-01.braze.com",
        object_storage_config: {
          storage_type: "S3",
          s3_bucket_name: "b",
          s3_bucket_region: "eu-west-1",
          s3_endpoint: "http://minio.example.com:9000",
        },
      },
      /s3_endpoint" must start with https:\/\//,
    ],
  ])("nothing goes to another machine: %s with %j", async (connector, config, message) => {
    const finished = await run(connector, connector === "source-braze" ? "check" : "write", {
      config: { api_key: key, ...config },
      catalog: { streams: [] },
    });
    const said = finished.messages.map(({ connectionStatus, trace }) =>
      String(connectionStatus?.message ?? trace?.error?.message),
    );
    expect(said).toEqual([expect.stringMatching(message)]);
  });
});
