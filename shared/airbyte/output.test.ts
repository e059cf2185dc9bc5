import { MemoryOutput, testTimeMs } from "../testing/memory-output";
import { configError, systemError, toConnectorError } from "./errors";
import { Output } from "./output";

let memory: MemoryOutput;
beforeEach(() => {
  memory = new MemoryOutput();
});

describe("every message is one of the protocol's", () => {
  test("records carry the text they were given, without being parsed and printed again", () => {
    memory.output.record('users "all"', '{"big":12345678901234567890}');
    expect(memory.lines).toEqual([
      `{"type":"RECORD","record":{"stream":"users \\"all\\"","data":{"big":12345678901234567890},"emitted_at":${testTimeMs}}}`,
    ]);
    expect(memory.summary()).toEqual(['RECORD users "all"']);
  });

  test("records whose lines others put together are the same messages", () => {
    const { beforeData, afterData } = memory.output.envelope('users "all"');
    memory.output.lines(
      Buffer.from(`${beforeData}{"a":1}${afterData()}${beforeData}{"b":"👋"}${afterData()}`),
    );
    memory.output.record('users "all"', '{"a":1}');
    memory.output.record('users "all"', '{"b":"👋"}');
    expect(memory.lines.slice(0, 2)).toEqual(memory.lines.slice(2));
  });

  test("states print their counts as doubles", () => {
    memory.output.streamState("users", { file: "a.gz" }, 5);
    memory.output.state({
      type: "STREAM",
      stream: { stream_descriptor: { name: "users", namespace: "crm" }, stream_state: {} },
      sourceStats: { recordCount: 1_000_000 },
      destinationStats: { recordCount: 7, rejectedRecordCount: 0 },
    });
    expect(memory.lines).toEqual([
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"users"},"stream_state":{"file":"a.gz"}},"sourceStats":{"recordCount":5.0}}}',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"users","namespace":"crm"},"stream_state":{}},"sourceStats":{"recordCount":1000000.0},"destinationStats":{"recordCount":7.0,"rejectedRecordCount":0.0}}}',
    ]);
    expect(memory.messages()).toHaveLength(2);
  });

  test("a state without counts, or with nothing else, is still JSON", () => {
    memory.output.state({ type: "LEGACY", data: { users: {} } });
    memory.output.state({ sourceStats: { recordCount: 2.5 } });
    expect(memory.messages().map(({ state }) => state)).toEqual([
      { type: "LEGACY", data: { users: {} } },
      { sourceStats: { recordCount: 2.5 } },
    ]);
  });

  test("statuses, estimates, specs, catalogs, connection statuses and log lines", () => {
    const { output } = memory;
    output.streamStatus("users", "STARTED");
    output.estimate("users", 20_000);
    output.spec({ connectionSpecification: { type: "object" }, documentationUrl: "https://example.com" });
    output.catalog({ streams: [{ name: "users", json_schema: {}, supported_sync_modes: ["full_refresh"] }] });
    output.destinationCatalog({
      operations: [{ object_name: "users", sync_mode: "append", json_schema: {} }],
    });
    output.connectionStatus();
    output.log.debug("d");
    output.log.info("two\nlines");
    output.log.warn("w");
    output.log.error("e");
    expect(memory.summary()).toEqual([
      "STARTED users",
      "ESTIMATE users",
      "SPEC",
      "CATALOG",
      "DESTINATION_CATALOG",
      "CONNECTION_STATUS",
      "LOG DEBUG",
      "LOG INFO",
      "LOG WARN",
      "LOG ERROR",
    ]);
    expect(memory.lines[7]).toBe('{"type":"LOG","log":{"level":"INFO","message":"two\\nlines"}}');
  });

  test("a line that is a message already passes as it is", () => {
    memory.output.line('{ "type":"LOG","log":{"level":"INFO","message":"m"} }');
    expect(memory.lines).toEqual(['{ "type":"LOG","log":{"level":"INFO","message":"m"} }']);
  });
});

describe("errors", () => {
  const told = () => memory.messages()[0]?.trace?.error;

  test("carry the sentence, the internal message, the failure type and the stream", () => {
    memory.output.error(configError("Check api_key.", { internal: "401", stream: "users" }));
    expect(told()).toEqual({
      message: "Check api_key.",
      internal_message: "401",
      failure_type: "config_error",
      stream_descriptor: { name: "users" },
    });
  });

  test("without an internal message the cause is told, down to its own cause", () => {
    const cause = new TypeError("fetch failed", { cause: new Error("socket hang up") });
    memory.output.error(systemError("It failed.", { cause }));
    expect(told()?.internal_message).toBe("TypeError: fetch failed (socket hang up)");
    expect(told()).not.toHaveProperty("stream_descriptor");
  });

  test("what nobody foresaw is a system error whose internal message tells where it happened", () => {
    memory.output.error(toConnectorError(new RangeError("first line\nsecond line")));
    expect(told()).toMatchObject({
      message: "The connector met an unexpected problem: first line (docs/troubleshooting.md#unexpected)",
      failure_type: "system_error",
    });
    expect(told()?.internal_message).toContain("output.test.ts");
    expect(toConnectorError("a text").message).toBe("The connector met an unexpected problem: a text");
  });
});

test("no text for people contains a secret", () => {
  const { output, secrets } = memory;
  secrets.add("s3cret-value");
  output.log.debug("s3cret-value");
  output.log.info("s3cret-value");
  output.log.warn("s3cret-value");
  output.log.error("s3cret-value");
  output.connectionStatus(configError("key s3cret-value"));
  output.error(configError("key s3cret-value", { internal: "internal s3cret-value" }));
  output.error(
    configError("m", { cause: new Error("outer s3cret-value", { cause: new Error("s3cret-value") }) }),
  );
  output.error(toConnectorError(new Error("s3cret-value")));
  expect(memory.messages()).toHaveLength(8);
  expect(memory.lines.join("\n")).not.toContain("s3cret");
});

test("what stands around a record says when it is asked for", () => {
  let nowMs = testTimeMs;
  const { afterData } = new Output(memory, memory.secrets, () => nowMs).envelope("users");
  expect(afterData()).toContain(`:${testTimeMs}}`);
  nowMs += 5;
  expect(afterData()).toContain(`:${testTimeMs + 5}}`);
});
