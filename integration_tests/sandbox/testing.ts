import { type BrazeOptions, type SandboxBraze, startBraze, type Workspace } from "./index";
import { isJsonObject, type JsonObject } from "./json";

/** A local Braze that is there for all tests of a file: to be called once, at its top. */
export function brazeForAllTests(options: BrazeOptions = {}): { readonly braze: SandboxBraze } {
  let started: SandboxBraze | undefined;
  beforeAll(async () => {
    started = await startBraze(options);
  });
  afterAll(() => started?.close());
  return {
    get braze() {
      if (!started) throw new Error("Braze is there only while tests run");
      return started;
    },
  };
}

/** An answer as the sandbox's own tests look at it. */
export interface Answered {
  status: number;
  headers: Headers;
  body: JsonObject;
}

/** Sends requests with a workspace's key. */
export function caller(braze: SandboxBraze, workspace: Workspace, apiKey = workspace.apiKey) {
  const call = async (method: string, path: string, body?: unknown): Promise<Answered> => {
    const response = await fetch(braze.url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: isJsonObject(parsed) ? parsed : {} };
  };
  return {
    call,
    post: (path: string, body: unknown) => call("POST", path, body),
    get: (path: string) => call("GET", path),
    track: (body: unknown) => call("POST", "/users/track", body),
  };
}
