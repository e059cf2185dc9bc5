import { type HostMessage, Messages } from "./messages";

/** A line with a byte that no text has, where a `?` stands. */
const broken = (line: string): Buffer => Buffer.from(line.replace("?", "\xff"), "latin1");

/** The message in a line that stands among other bytes. */
function parseLine(messages: Messages, line: Buffer, number: number): HostMessage | undefined {
  const bytes = Buffer.concat([Buffer.from("before\n"), line, Buffer.from("\nafter")]);
  return messages.parse(bytes, 7, 7 + line.length, number);
}

/** The messages in lines of which the first one is the seventh of the input. */
function parse(...lines: string[]): HostMessage[] {
  const messages = new Messages();
  return lines.flatMap((line, index) => parseLine(messages, Buffer.from(line), index + 7) ?? []);
}

describe("Messages", () => {
  it("reads a record with its stream, its namespace and its size", () => {
    const line =
      '{"type":"RECORD","record":{"stream":"users","namespace":"crm","data":{"é":1},"emitted_at":1}}';
    expect(parse(line)).toEqual([
      { kind: "record", stream: "crm.users", data: { é: 1 }, sizeBytes: Buffer.byteLength(line), line },
    ]);
  });

  it("takes a null namespace for none", () => {
    const line = '{"type":"RECORD","record":{"stream":"users","namespace":null,"data":{}}}';
    expect(parse(line)).toMatchObject([{ stream: "users" }]);
  });

  test.each([
    ["a stream's", '{"type":"STREAM","stream":{"stream_descriptor":{"name":"users"}}}', "users"],
    [
      "a stream's with namespace",
      '{"type":"STREAM","stream":{"stream_descriptor":{"name":"users","namespace":"crm"}}}',
      "crm.users",
    ],
    ["a global one", '{"type":"GLOBAL","global":{"stream_states":[]}}', undefined],
    ["a legacy one", '{"data":{"users":{}}}', undefined],
    ["a legacy one with a null stream", '{"stream":null,"data":{}}', undefined],
  ])("keeps a state's line as it is: %s", (_, state, stream) => {
    const line = `{"type":"STATE","state":${state}}`;
    expect(parse(line)).toEqual([{ kind: "state", state: { line, stream } }]);
  });

  it("hears how far the source is with a stream", () => {
    const told = (status: object) =>
      parse(JSON.stringify({ type: "TRACE", trace: { type: "STREAM_STATUS", stream_status: status } }));
    const descriptor = { name: "users", namespace: "crm" };
    expect(told({ stream_descriptor: descriptor, status: "COMPLETE" })).toEqual([
      { kind: "status", stream: "crm.users", status: "COMPLETE" },
    ]);
    expect(told({ status: "COMPLETE" })).toEqual([{ kind: "other" }]);
    expect(told({ stream_descriptor: descriptor })).toEqual([{ kind: "other" }]);
  });

  it("passes on what a source says to people, and nothing else", () => {
    const log = '{"type":"LOG","log":{"level":"INFO","message":"hello"}}';
    const error = '{"type":"TRACE","trace":{"type":"ERROR","emitted_at":1,"error":{"message":"no"}}}';
    const status = '{"type":"TRACE","trace":{"type":"ESTIMATE"}}';
    expect(parse(log, error, status)).toEqual([
      { kind: "to people", line: log, isError: false },
      { kind: "to people", line: error, isError: true },
      { kind: "other" },
    ]);
  });

  it("has a problem with a record that is not valid UTF-8, wherever it stands", () => {
    const line = '{"type":"RECORD","record":{"stream":"users","data":{"a":"?"},"emitted_at":1}}';
    const messages = new Messages();
    for (const number of [1, 2]) {
      expect(parseLine(messages, broken(line), number)).toMatchObject({
        stream: "users",
        data: { a: "\ufffd" },
        problem: "The record is not valid UTF-8.",
      });
      expect(parseLine(messages, Buffer.from(line), number)).not.toHaveProperty("problem");
    }
  });

  it("names a state that is not valid UTF-8: it could not be given back as it came", () => {
    const line = broken('{"type":"STATE","state":{"data":"?"}}');
    expect(() => parseLine(new Messages(), line, 3)).toThrow(
      "Line 3 of the input is not an Airbyte message: it is not valid UTF-8.",
    );
  });

  it("tolerates unknown types, unknown fields and blank lines", () => {
    const lines = [
      "",
      '{"type":"NEWS","news":1}',
      " \t\r",
      '{"type":"RECORD","x":1,"record":{"stream":"s","data":{}}}',
    ];
    expect(parse(...lines).map(({ kind }) => kind)).toEqual(["other", "record"]);
  });

  test.each([
    ["text", "hello", "it is not JSON"],
    ["half a message", '{"type":"REC', "it is not JSON"],
    ["a number", "12", 'it has no "type"'],
    ["an array", "[]", 'it has no "type"'],
    ["null", "null", 'it has no "type"'],
    ["no type", "{}", 'it has no "type"'],
    ["a record without stream", '{"type":"RECORD","record":{"data":{}}}', 'its "record" lacks "stream"'],
    ["a record as text", '{"type":"RECORD","record":"x"}', 'its "record" lacks "stream"'],
    ["a state without state", '{"type":"STATE"}', 'it has no "state"'],
  ])("names the line that is no message: %s", (_, line, why) => {
    expect(() => parse('{"type":"LOG"}', line)).toThrow(
      `Line 8 of the input is not an Airbyte message: ${why}.`,
    );
  });
});

describe("a record whose line looks like the one before it", () => {
  const line = (data: string): string =>
    `{"type":"RECORD","record":{"stream":"users","data":${data},"emitted_at":1}}`;

  it("comes with the text of its data", () => {
    const [first, second] = parse(line('{"a":1}'), line('{"é": 2}'));
    expect(first).not.toHaveProperty("json");
    expect(second).toMatchObject({
      kind: "record",
      stream: "users",
      data: { é: 2 },
      json: { text: '{"é": 2}', sizeBytes: 9 },
      sizeBytes: Buffer.byteLength(line('{"é": 2}')),
    });
  });

  it("is judged as a whole when its data is cut", () => {
    expect(() => parse(line("{}"), line('{"a":'))).toThrow(/^Line 8 of the input/);
  });

  it.each(["1", "[]", "null", '"text"'])(
    "has a problem when its data is %s, and keeps it as it came",
    (data) => {
      for (const lines of [[line("{}"), line(data)], [line(data)]]) {
        expect(parse(...lines).at(-1)).toMatchObject({
          kind: "record",
          stream: "users",
          data: {},
          json: { text: data },
          problem: "The record's data is not an object.",
        });
      }
    },
  );
});
