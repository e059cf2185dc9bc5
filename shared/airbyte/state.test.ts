import { thrownBy } from "../testing/thrown";
import { parseStates } from "./state";

const streamState = (name: string, stream_state?: unknown) => ({ stream_descriptor: { name }, stream_state });
const message = (name: string, state?: unknown) => ({ type: "STREAM", stream: streamState(name, state) });
const expected = { users: { cursor: 1 }, events: { cursor: 2 } };

describe("parseStates", () => {
  test.each([
    ["a list of per-stream states", [message("users", { cursor: 1 }), message("events", { cursor: 2 })]],
    [
      "per-stream states without a type",
      [{ stream: streamState("users", { cursor: 1 }) }, { stream: streamState("events", { cursor: 2 }) }],
    ],
    [
      "whole STATE messages",
      [
        { type: "STATE", state: message("users", { cursor: 1 }) },
        { type: "STATE", state: message("events", { cursor: 2 }) },
      ],
    ],
    [
      "a global state",
      {
        type: "GLOBAL",
        global: {
          shared_state: { x: 1 },
          stream_states: [streamState("users", { cursor: 1 }), streamState("events", { cursor: 2 })],
        },
      },
    ],
    [
      "a global state in a list, without a type",
      [
        {
          global: {
            stream_states: [streamState("users", { cursor: 1 }), streamState("events", { cursor: 2 })],
          },
        },
      ],
    ],
    ["a legacy object", expected],
    ["a legacy message", { type: "LEGACY", data: expected }],
    ["a legacy message in a list", [{ type: "LEGACY", data: expected }]],
  ])("reads %s", (_, raw) => {
    expect(Object.fromEntries(parseStates(raw))).toEqual(expected);
  });

  test.each([
    ["{}", {}],
    ["[]", []],
    ["null", null],
    ["a list of null", [null]],
    ["a stream whose state is null", [message("users", null)]],
    ["a stream without state", [message("users")]],
    ["a legacy stream whose state is null", { users: null }],
  ])("%s means: no state yet", (_, raw) => {
    expect(parseStates(raw).size).toBe(0);
  });

  test("one message alone counts like a list of one", () => {
    expect(parseStates(message("users", { cursor: 1 }))).toEqual(new Map([["users", { cursor: 1 }]]));
  });

  test("of several states of one stream the last one counts", () => {
    const states = parseStates([message("users", { cursor: 1 }), message("users", { cursor: 2 })]);
    expect(states.get("users")).toEqual({ cursor: 2 });
  });

  test("in a legacy object a stream may be named like a word of the protocol", () => {
    const legacy = { stream: { cursor: 1 }, global: { cursor: 2 }, data: { cursor: 3 } };
    expect(Object.fromEntries(parseStates(legacy))).toEqual(legacy);
  });

  test.each([
    ["a number", 5, "The state file must hold a JSON object or a list of state messages."],
    ["a list of texts", ["users"], "The state file must hold a JSON object or a list of state messages."],
    [
      "a stream state without a name",
      [{ type: "STREAM", stream: {} }],
      "The state file holds a stream state without stream_descriptor.name.",
    ],
    [
      "a stream message without its stream",
      { type: "STREAM" },
      "The state file holds a stream state without stream_descriptor.name.",
    ],
    [
      "a global message without its states",
      { type: "GLOBAL" },
      "The state file holds a global state without stream_states.",
    ],
    [
      "a legacy message without its data",
      { type: "LEGACY" },
      "The state file holds a legacy state without data.",
    ],
    [
      "a state that is no object",
      [message("users", "2026-01-01")],
      'The state of "users" in the state file is not a JSON object.',
    ],
    [
      "a legacy state that is no object",
      { users: 7 },
      'The state of "users" in the state file is not a JSON object.',
    ],
  ])("%s is refused, for starting over silently would be worse", async (_, raw, sentence) => {
    const error = await thrownBy(() => parseStates(raw));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toBe(sentence);
  });
});
