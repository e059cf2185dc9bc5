import { isObject, type JsonObject } from "../json";
import { configError } from "./errors";

/** The last state of each stream, by stream name. */
export type StreamStates = Map<string, JsonObject>;

/**
 * Reads a state file in any form that hosts use: a list of per-stream states, one message, a global
 * state, a legacy object (stream name → state), `{}` or `[]`.
 * @throws config_error when it is none of these
 */
export function parseStates(raw: unknown): StreamStates {
  const states: StreamStates = new Map();
  for (const message of Array.isArray(raw) ? raw : [raw]) addMessage(states, message);
  return states;
}

function addMessage(states: StreamStates, message: unknown): void {
  if (message === null) return;
  if (!isObject(message)) {
    throw configError("The state file must hold a JSON object or a list of state messages.", {
      help: "state-file",
    });
  }
  const { type, state, stream, global } = message;
  if (type === "STATE" && isObject(state)) {
    addMessage(states, state);
  } else if (type === "GLOBAL" || (isObject(global) && Array.isArray(global.stream_states))) {
    addGlobalState(states, global);
  } else if (type === "STREAM" || (isObject(stream) && isObject(stream.stream_descriptor))) {
    addStreamState(states, stream);
  } else {
    addLegacyState(states, type === "LEGACY" ? message.data : message);
  }
}

function addGlobalState(states: StreamStates, global: unknown): void {
  if (!isObject(global) || !Array.isArray(global.stream_states)) {
    throw configError("The state file holds a global state without stream_states.", { help: "state-file" });
  }
  for (const entry of global.stream_states) addStreamState(states, entry);
}

function addStreamState(states: StreamStates, entry: unknown): void {
  const descriptor = isObject(entry) ? entry.stream_descriptor : undefined;
  if (!isObject(entry) || !isObject(descriptor) || typeof descriptor.name !== "string") {
    throw configError("The state file holds a stream state without stream_descriptor.name.", {
      help: "state-file",
    });
  }
  addState(states, descriptor.name, entry.stream_state);
}

function addLegacyState(states: StreamStates, data: unknown): void {
  if (!isObject(data))
    throw configError("The state file holds a legacy state without data.", { help: "state-file" });
  for (const [stream, state] of Object.entries(data)) addState(states, stream, state);
}

/** Hosts say null, or nothing, for a stream that has no state yet. */
function addState(states: StreamStates, stream: string, state: unknown): void {
  if (state === undefined || state === null) return;
  if (!isObject(state))
    throw configError(`The state of "${stream}" in the state file is not a JSON object.`, {
      help: "state-file",
    });
  states.set(stream, state);
}
