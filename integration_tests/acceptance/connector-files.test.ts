/** What lies in the folder of a connector for Airbyte: metadata, icon, texts, the config of its tests. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { version, workspaces } from "../../package.json";
import { type Connector, run } from "../harness";
import metadataSchema from "./metadata.schema.json";
import { releasedStreams } from "./released";
import { type Schema, schemasIn } from "./schema-walk";

const root = join(__dirname, "..", "..");
const connectors: Connector[] = ["source-braze", "destination-braze"];

interface Metadata {
  data: Schema & {
    definitionId: string;
    connectorType: string;
    dockerRepository: string;
    dockerImageTag: string;
    documentationUrl: string;
    icon: string;
    allowedHosts: { hosts: string[] };
    suggestedStreams?: { streams: string[] };
  };
}

const ajv = new Ajv();
addFormats(ajv);
const validate = ajv.compile<Metadata>(metadataSchema);

const text = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

function metadataOf(connector: Connector): Metadata {
  const metadata: unknown = parse(text(connector, "metadata.yaml"));
  if (!validate(metadata)) throw new Error(ajv.errorsText(validate.errors));
  return metadata;
}

/** Strings in a value, however deep. */
function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const child of Object.values(value)) yield* stringsIn(child);
}

describe.each(connectors)("%s", (connector) => {
  const { data } = metadataOf(connector);

  test("its metadata says what it is, in the version of the repository", async () => {
    const finished = await run(connector, "spec");
    const spec = finished.messages.find((message) => message.spec)?.spec;
    expect(data).toMatchObject({
      connectorType: connector.split("-")[0],
      dockerRepository: expect.stringMatching(new RegExp(`/${connector}$`)),
      dockerImageTag: version,
      githubIssueLabel: connector,
      documentationUrl: spec?.documentationUrl,
      protocolVersion: spec?.protocol_version,
    });
  });

  test("its metadata is refused when something in it is wrong", () => {
    for (const wrong of [{ definitionId: "1" }, { dockerImageTag: "latest" }, { unknown: true }])
      expect(validate({ ...metadataOf(connector), data: { ...data, ...wrong } })).toBe(false);
  });

  test("is allowed to reach every instance that its specification names, S3, and the endpoint of the config", async () => {
    const finished = await run(connector, "spec");
    const specification = finished.messages.find((message) => message.spec)?.spec?.connectionSpecification;
    const { hosts } = data.allowedHosts;
    const isAllowed = (host: string) =>
      hosts.some((pattern) => (pattern.startsWith("*") ? host.endsWith(pattern.slice(1)) : pattern === host));
    const { properties } = specification as { properties: { url: { examples: string[] } } };
    for (const example of properties.url.examples) expect(isAllowed(new URL(example).hostname)).toBe(true);
    expect(isAllowed("my-bucket.s3.eu-central-1.amazonaws.com")).toBe(true);
    const named = hosts.filter((host) => host.startsWith("$")).map((host) => host.slice(2, -1).split("."));
    expect(named).toEqual([["object_storage_config", "s3_endpoint"]]);
    const paths = [...schemasIn(specification)].map(({ path }) => path);
    for (const [object, key] of named)
      expect(paths).toContainEqual(
        expect.stringMatching(`^/properties/${object}/oneOf/\\d/properties/${key}$`),
      );
  });

  test("has an icon that is a drawing and nothing else", () => {
    const icon = text(connector, data.icon);
    expect(icon).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="250" height="250"/);
    expect(icon).not.toMatch(/<(script|image|foreignObject|text)|href|url\(/);
    expect(icon.length).toBeLessThan(2000);
  });

  test("has the licence of the repository, and a text that names what is needed to run it", () => {
    expect(text(connector, "LICENSE")).toBe(text("LICENSE"));
    const readme = text(connector, "README.md");
    expect(readme).toMatch(new RegExp(`^# ${connector}\n`));
    for (const word of ["spec", "check", "api_key", "url", "docker run"]) expect(readme).toContain(word);
  });

  test("the config of Airbyte's acceptance tests names files and streams that there are", () => {
    const config: unknown = parse(text(connector, "acceptance-test-config.yml"));
    expect(config).toMatchObject({ connector_image: `${data.dockerRepository}:dev` });
    const paths = [...stringsIn(config)].filter((value) => value.endsWith(".json"));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths.filter((each) => !each.startsWith("secrets/")))
      expect([path, existsSync(join(root, connector, path))]).toEqual([path, true]);
    const streams = releasedStreams().map(({ name }) => name);
    const { acceptance_tests: tests } = config as { acceptance_tests: Record<string, { tests: object[] }> };
    const named = [...(tests.basic_read?.tests ?? []), ...(tests.full_refresh?.tests ?? [])].flatMap(
      ({
        empty_streams = [],
        ignored_fields = {},
      }: {
        empty_streams?: { name: string }[];
        ignored_fields?: object;
      }) => [...empty_streams.map(({ name }) => name), ...Object.keys(ignored_fields)],
    );
    for (const name of [...named, ...(data.suggestedStreams?.streams ?? [])]) expect(streams).toContain(name);
  });
});

test("the version stands in package.json of the repository, and is the same wherever else it has to stand", () => {
  const lock: { packages: Record<string, { version?: string }> } = JSON.parse(text("package-lock.json"));
  expect(lock.packages[""]?.version).toBe(version);
  for (const workspace of workspaces) {
    expect([workspace, JSON.parse(text(workspace, "package.json")).version]).toEqual([workspace, version]);
    expect([workspace, lock.packages[workspace]?.version]).toEqual([workspace, version]);
  }
  for (const connector of connectors)
    expect(text(connector, "Dockerfile")).toContain(`io.airbyte.version="${version}"`);
});

test("both have identifiers of their own, and not those of Airbyte's connectors", () => {
  const ids = connectors.map((connector) => metadataOf(connector).data.definitionId);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain("68b9c98e-0747-4c84-b05b-d30b47686725");
});

test("the destination takes part in data activation if, and only if, it answers discover", () => {
  const { data } = metadataOf("destination-braze");
  const commands = text("destination-braze", "main.ts").match(/commands: \[(.*?)\]/)?.[1] ?? "";
  expect(data.supportsDataActivation).toBe(commands.includes('"discover"'));
  expect(data.supportsRefreshes).toBe(true);
});
