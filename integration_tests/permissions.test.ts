/** docs/security.md promises policies that suffice: what the connectors ask of S3 is compared with them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Finished, run } from "./harness";
import {
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  startBraze,
  startS3,
  storageConfigOf,
} from "./sandbox";
import { addSegment, catalogOf as sourceCatalog } from "./source-world";
import { catalogOf, record, state, users } from "./write-world";

const bucket = "my-company-braze";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

let braze: SandboxBraze;
let s3: SandboxS3;
let policies: Map<string, Statement[]>;
beforeAll(async () => {
  [braze, s3] = await Promise.all([startBraze(), startS3()]);
  await s3.createBucket(bucket);
  policies = policiesIn(await readFile(join(__dirname, "..", "docs", "security.md"), "utf8"));
});
afterAll(() => Promise.all([braze.close(), s3.close()]));
beforeEach(() => {
  s3.requests.length = 0;
});

/** The policies of the page, by the heading that they stand under. */
function policiesIn(page: string): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const section of page.split(/^### /m).slice(1)) {
    const [heading = ""] = section.split("\n", 1);
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
    const { Version, Statement } = JSON.parse(json) as { Version: string; Statement: Statement[] };
    expect(Version).toBe("2012-10-17");
    found.set(heading, Statement);
  }
  return found;
}

/** What IAM asks for (Service Authorization Reference, Amazon S3): one permission, on one resource. */
const needed: Partial<Record<string, string>> = {
  ListObjectsV2: "s3:ListBucket",
  GetObject: "s3:GetObject",
  PutObject: "s3:PutObject",
  DeleteObject: "s3:DeleteObject",
  DeleteObjects: "s3:DeleteObject",
};

interface Asked {
  permission: string;
  resource: string;
}

/** Everything asked of S3 since the test began. The objects of a DeleteObjects stand in its body: any of the folder. */
const asked = (deletesBelow: string): Asked[] =>
  s3.requests.map(({ action, bucket: name, key, prefix }) => {
    const permission = needed[action] ?? action;
    const arn = `arn:aws:s3:::${name}`;
    if (permission === "s3:ListBucket") {
      expect(prefix).toMatch(/^(exports|sync)\//);
      return { permission, resource: arn };
    }
    return { permission, resource: `${arn}/${key ?? `${deletesBelow}/object`}` };
  });

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);

const allows = ({ Effect, Action, Resource }: Statement, { permission, resource }: Asked): boolean =>
  Effect === "Allow" &&
  [Action].flat().includes(permission) &&
  [Resource].flat().some((pattern) => matches(pattern, resource));

/** The policy allows all that was asked, and nothing that was not. */
function expectFits(heading: string, requests: readonly Asked[]): void {
  const statements = policies.get(heading) ?? [];
  expect(requests.filter((each) => !statements.some((statement) => allows(statement, each)))).toEqual([]);
  const used = [...new Set(requests.map(({ permission }) => permission))].sort();
  const allowed = [...new Set(statements.flatMap(({ Action }) => Action))].sort();
  expect(allowed).toEqual(used);
}

const storage = (path: string) => storageConfigOf(s3, bucket, path);

const complete = (finished: Finished): Finished => {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  return finished;
};

/** A workspace whose exports lie in the bucket, written with another key than ours. */
const exporting = () =>
  braze.createWorkspace({ storage: exportsInto(s3, bucket, "exports"), exports: { usersPerFile: 10 } });

/** Without what Braze itself does to the bucket. */
const withoutExports = (requests: readonly Asked[]): Asked[] =>
  requests.filter(
    ({ permission, resource }) => permission !== "s3:PutObject" || !resource.includes("/segment-export/"),
  );

function sourceConfig(workspace: ReturnType<typeof exporting>, segmentId: string) {
  return {
    url: braze.url,
    api_key: workspace.apiKey,
    segment_ids: [segmentId],
    segment_export: { poll_interval_seconds: 0.05, settle_seconds: 1, timeout_minutes: 0.5 },
    object_storage_config: storage("exports"),
  };
}

test("reading exports", async () => {
  const workspace = exporting();
  const config = sourceConfig(workspace, addSegment(workspace, 35).id);
  const read = await run("source-braze", "read", { config, catalog: sourceCatalog() });
  expect(complete(read).records()).toHaveLength(35);
  expectFits("Reading exports", withoutExports(asked("exports")));
});

test("incremental exports", async () => {
  const workspace = exporting();
  const config = sourceConfig(workspace, addSegment(workspace, 12).id);
  const catalog = sourceCatalog(undefined, "incremental");
  expect((await run("source-braze", "check", { config })).check).toEqual({ status: "SUCCEEDED" });
  let state: object = [];
  for (let round = 0; round < 4; round += 1) {
    state = complete(await run("source-braze", "read", { config, catalog, state })).stateFile;
  }
  expectFits("Incremental exports", withoutExports(asked("exports/_source-braze")));
});

test("the destination's storage", async () => {
  const workspace = braze.createWorkspace();
  const config = {
    url: braze.url,
    api_key: workspace.apiKey,
    object_storage_config: storage("sync"),
    removed_profiles: { mark: "member" },
  };
  expect((await run("destination-braze", "check", { config })).check).toEqual({ status: "SUCCEEDED" });
  const time = "2026-01-02T03:04:05Z";
  const input = [
    ...users(30),
    record("users", { name: "nobody" }),
    record("events", { external_id: "u1", name: "seen", time }),
    state("users", 1),
  ];
  for (let round = 0; round < 2; round += 1) {
    complete(
      await run("destination-braze", "write", { config, catalog: catalogOf("users", "events"), input }),
    );
  }
  expectFits("The destination's storage", asked("sync"));
});

test("a listing of the buckets is asked for only to name them in a message", async () => {
  await s3
    .client()
    .send(
      new PutObjectCommand({ Bucket: bucket, Key: "elsewhere/secret", Body: "not ours", ContentLength: 8 }),
    );
  const config = {
    url: braze.url,
    api_key: braze.createWorkspace().apiKey,
    object_storage_config: storage("sync"),
  };
  const denied = s3.faults.add({
    kind: "error",
    code: "AccessDenied",
    action: "ListBuckets",
    times: Infinity,
  });
  expect((await run("destination-braze", "check", { config })).check).toEqual({ status: "SUCCEEDED" });
  denied.remove();
  expect(denied.hits).toBe(0);
});
