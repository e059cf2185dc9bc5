import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { findSegments, newestSize, probeApiKey, probeExportPermission, segmentSize } from "./segments";
import { type FakeAnswer, FakeBraze } from "./testing/fake-braze";

const names: Record<string, string> = { one: "First", two: "Second" };
const details = ({ query }: { query?: object }): FakeAnswer => {
  const name = names[(query as { segment_id: string }).segment_id];
  return name === undefined ? { status: 400, body: { message: "Invalid Segment ID" } } : { body: { name } };
};
const list = [
  {
    body: {
      segments: [
        { id: "one", name: "First" },
        { id: "three", name: "Third" },
      ],
    },
  },
];
const warnings: string[] = [];
const warn = (message: string): void => void warnings.push(message);
beforeEach(() => warnings.splice(0));

describe("the configured segments", () => {
  test("are looked up one by one, in their order", async () => {
    const braze = new FakeBraze({ "/segments/details": details });
    expect(await findSegments(braze, ["two", "one"], warn)).toEqual([
      { id: "two", name: "Second" },
      { id: "one", name: "First" },
    ]);
  });

  test("that do not exist are all named, with those that do", async () => {
    const braze = new FakeBraze({ "/segments/details": details, "/segments/list": list });
    const error = await thrownBy(() => findSegments(braze, ["x", "one", "y"], warn));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("identifiers x, y:");
    expect(error.message).toContain('"First" (one), "Third" (three)');
  });

  test("that only the list knows are there, too", async () => {
    const braze = new FakeBraze({ "/segments/details": details, "/segments/list": list });
    expect(await findSegments(braze, ["three", "one"], warn)).toEqual([
      { id: "three", name: "Third" },
      { id: "one", name: "First" },
    ]);
  });

  test("get their names from the list when details are forbidden", async () => {
    const braze = new FakeBraze({ "/segments/details": [{ status: 403 }], "/segments/list": list });
    expect(await findSegments(braze, ["one", "archived"], warn)).toEqual([
      { id: "one", name: "First" },
      { id: "archived", name: undefined },
    ]);
  });

  test("that may be archived, or a mistake, are worth a warning when details are forbidden", async () => {
    const braze = new FakeBraze({ "/segments/details": [{ status: 403 }], "/segments/list": list });
    await findSegments(braze, ["one", "archived"], warn);
    expect(warnings).toEqual([expect.stringContaining("/segments/list does not have archived,")]);
    warnings.splice(0);
    await findSegments(braze, ["one"], warn);
    expect(warnings).toEqual([]);
  });

  test("are not looked for without end where every page is answered alike", async () => {
    const segments = Array.from({ length: 100 }, (_, index) => ({
      id: `s${index}`,
      name: `Segment ${index}`,
    }));
    const braze = new FakeBraze({
      "/segments/details": [{ status: 403 }],
      "/segments/list": [{ body: { segments } }],
    });
    expect(await findSegments(braze, ["s1"], warn)).toEqual([{ id: "s1", name: "Segment 1" }]);
    expect(braze.requests.filter(({ path }) => path === "/segments/list")).toHaveLength(2);
  });

  test("have no names when both are forbidden, with a warning", async () => {
    const forbidden = [{ status: 401 }];
    const braze = new FakeBraze({ "/segments/details": forbidden, "/segments/list": forbidden });
    expect(await findSegments(braze, ["one"], warn)).toEqual([{ id: "one", name: undefined }]);
    expect(warnings).toEqual([expect.stringContaining("segments.details nor segments.list")]);
  });
});

describe("an instance without endpoints for segments", () => {
  test.each([
    [404, 404],
    [403, 404],
    [404, 403],
    [401, 404],
  ])("answering %d and %d, can be exported from all the same, with a warning", async (details, list) => {
    const braze = new FakeBraze({
      "/segments/details": [{ status: details }],
      "/segments/list": [{ status: list }],
    });
    expect(await findSegments(braze, ["one"], warn)).toEqual([{ id: "one", name: undefined }]);
    expect(warnings).toEqual([expect.stringContaining("The names of the segments can't be read")]);
  });

  test("says of an identifier that it is wrong where it can", async () => {
    const noList = new FakeBraze({ "/segments/details": details, "/segments/list": [{ status: 404 }] });
    expect((await thrownBy(() => findSegments(noList, ["x"], warn))).message).toContain("identifier x:");
    const noDetails = new FakeBraze({ "/segments/details": [{ status: 404 }], "/segments/list": list });
    expect((await thrownBy(() => findSegments(noDetails, ["x"], warn))).message).toContain("identifier x:");
  });
});

describe("the size of a segment", () => {
  test("is that of the newest point, whatever the order", () => {
    const data = [
      { time: "2026-01-02", size: 20 },
      { time: "2026-01-03", size: 0 },
      { time: "2026-01-01", size: 10 },
    ];
    expect(newestSize({ data })).toBe(0);
  });

  test.each([
    ["without points", { body: { data: [] } }, undefined],
    ["of a segment without analytics", { status: 400 }, undefined],
    ["while Braze has a bad day", { status: 503 }, undefined],
    ["behind a proxy with statuses of its own", { status: 520 }, undefined],
    ["without the permission", { status: 403 }, "forbidden"],
  ])("%s is not known", async (_, answer, size) => {
    expect(await segmentSize(new FakeBraze({ "/segments/data_series": [answer] }), "one")).toBe(size);
  });
});

describe("the probe of the permission to export", () => {
  const probe = (status: number): Promise<void> =>
    probeExportPermission(new FakeBraze({ "/users/export/segment": [{ status }] }));

  test("succeeds when only the request's content is refused", async () => {
    await expect(probe(400)).resolves.toBeUndefined();
  });

  test.each([401, 403])("fails with %d, naming the permission", async (status) => {
    const error = await thrownBy(() => probe(status));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("users.export.segment");
  });
});

describe("the probe of the permission to export, where its endpoint is not there,", () => {
  const paths = ["/segments/list", "/campaigns/list", "/canvas/list", "/custom_attributes"];
  const probe = (statuses: readonly number[]): Promise<void> =>
    probeExportPermission(
      new FakeBraze({
        "/users/export/segment": [{ status: 404 }],
        ...Object.fromEntries(paths.map((path, index) => [path, [{ status: statuses[index] ?? 404 }]])),
      }),
    );

  test("fails when no other is there either: the url is wrong", async () => {
    const error = await thrownBy(() => probe([]));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("Braze does not know /segments/list");
  });

  test.each([200, 401, 403])("says nothing when another one answers %d", async (status) => {
    await expect(probe([404, 404, status])).resolves.toBeUndefined();
  });
});

describe("whether Braze knows the API key", () => {
  const unknown = { status: 401, body: { message: "Invalid API key" } };
  const paths = ["/segments/list", "/campaigns/list", "/canvas/list", "/custom_attributes"];
  const answering = (change: Record<string, FakeAnswer>): FakeBraze =>
    new FakeBraze(Object.fromEntries(paths.map((path) => [path, [change[path] ?? unknown]])));

  test.each([
    ["that may read", { status: 200, body: {} }],
    ["that is known and may not", { status: 403 }],
  ])("shows at the first endpoint %s", async (_, answer) => {
    await probeApiKey(answering({ "/canvas/list": answer }));
  });

  test("shows also where an instance does not have the first of them", async () => {
    await probeApiKey(answering({ "/segments/list": { status: 404 }, "/canvas/list": { body: {} } }));
    const error = await thrownBy(() => probeApiKey(answering({ "/segments/list": { status: 404 } })));
    expect(error.message).toContain("Invalid API key");
  });

  test("can't be told where nothing is offered: that is no endpoint of Braze", async () => {
    const nothing = Object.fromEntries(paths.map((path) => [path, { status: 404 }]));
    expect((await thrownBy(() => probeApiKey(answering(nothing)))).failureType).toBe("config_error");
  });

  test("a key that none of them accepts is a config_error", async () => {
    const error = await thrownBy(() => probeApiKey(answering({})));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("Invalid API key");
  });
});
