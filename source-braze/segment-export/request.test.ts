import { FakeClock } from "@braze-connectors/shared/testing/fake-clock";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { controlGroup } from "../segments";
import { type FakeAnswer, FakeBraze } from "../testing/fake-braze";
import { requestExport, type StartedExport } from "./request";

const path = "/users/export/segment";
const started: FakeAnswer = { status: 201, body: { message: "success", object_prefix: "uuid-1" } };
const busy: FakeAnswer = { status: 429, body: { message: "already running" } };
const selection = { fields: ["braze_id", "email", "created_from"], customAttributes: undefined };

interface Outcome {
  result: Promise<StartedExport>;
  braze: FakeBraze;
  clock: FakeClock;
  output: MemoryOutput;
}

function request(answers: FakeAnswer[], change: object = {}, at = path): Outcome {
  const braze = new FakeBraze({ [at]: answers });
  const clock = new FakeClock();
  const output = new MemoryOutput();
  const options = {
    segment: { id: "seg", name: "VIPs" },
    selection,
    format: "gzip" as const,
    fieldsAreChosen: false,
    pollIntervalMs: 10_000,
    timeoutMs: 60_000,
    ...change,
  };
  const means = { braze, clock, log: output.output.log, stop: new AbortController().signal };
  return { result: requestExport(options, means), braze, clock, output };
}

test("asks for the selected fields", async () => {
  const { result, braze, clock } = request([started]);
  expect(await result).toEqual({ objectPrefix: "uuid-1", requestedAtMs: clock.nowMs, url: undefined });
  expect(braze.requests[0]?.body).toEqual({
    segment_id: "seg",
    fields_to_export: ["braze_id", "email", "created_from"],
    output_format: "gzip",
  });
});

test("names custom attributes only when they are chosen", async () => {
  const { result, braze } = request([started], {
    selection: { fields: ["braze_id"], customAttributes: ["a"] },
  });
  await result;
  expect(braze.requests[0]?.body).toMatchObject({ custom_attributes_to_export: ["a"] });
});

test("waits while another export of the segment runs, and says so once", async () => {
  const { result, clock, output } = request([busy, busy, started]);
  const begunAtMs = clock.nowMs;
  expect((await result).requestedAtMs).toBe(begunAtMs + 20_000);
  expect(output.summary()).toEqual(["LOG INFO"]);
  expect(output.lines[0]).toContain("already running");
});

test("waits longer when a 429 says so", async () => {
  const { result, clock } = request([{ ...busy, headers: { "x-ratelimit-retry-after": "25" } }, started]);
  await result;
  expect(clock.sleptMs).toEqual([25_000]);
});

test("gives up when the other export outlasts the timeout", async () => {
  const { result, clock } = request([busy]);
  const error = await thrownBy(() => result);
  expect(error.failureType).toBe("transient_error");
  expect(error.message).toContain('segment "VIPs" (seg)');
  expect(clock.sleptMs).toHaveLength(6);
});

describe("a field that Braze does not export", () => {
  const refusal = { status: 400, body: { message: "Invalid fields: created_from" } };

  test("is left out with a warning when the user did not name it", async () => {
    const { result, braze, output } = request([refusal, started]);
    await result;
    expect(braze.requests[1]?.body).toMatchObject({ fields_to_export: ["braze_id", "email"] });
    expect(output.summary()).toEqual(["LOG WARN"]);
  });

  test("is taken for a new one of Braze's page when the refusal names none", async () => {
    const { result, braze } = request([{ status: 400, body: { message: "Bad Request" } }, started]);
    await result;
    expect(braze.requests[1]?.body).toMatchObject({ fields_to_export: ["braze_id", "email"] });
  });

  test("is an error when the user named it", async () => {
    const error = await thrownBy(() => request([refusal], { fieldsAreChosen: true }).result);
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("Invalid fields: created_from");
  });
});

test.each([
  [
    "a segment that Braze does not know",
    { status: 400, body: { message: "Invalid Segment ID" } },
    "config_error",
  ],
  ["an answer without a prefix", { status: 201, body: { message: "success" } }, "system_error"],
  ["a prefix that leads elsewhere", { status: 201, body: { object_prefix: "../x" } }, "system_error"],
])("%s is an error", async (_, answer, failureType) => {
  expect((await thrownBy(() => request([answer]).result)).failureType).toBe(failureType);
});

test.each([
  ["null", null, undefined],
  ["a text", "https://example.com/x.zip", "https://example.com/x.zip"],
])("a url that is %s", async (_, url, expected) => {
  const { result } = request([{ status: 201, body: { object_prefix: "uuid-1", url } }]);
  expect((await result).url).toBe(expected);
});

test("the control group is asked for without a segment", async () => {
  const groupPath = "/users/export/global_control_group";
  const { result, braze } = request([started], { segment: controlGroup }, groupPath);
  await result;
  expect(braze.requests[0]).toMatchObject({ path: groupPath, body: { output_format: "gzip" } });
  expect(braze.requests[0]?.body).not.toHaveProperty("segment_id");
});
