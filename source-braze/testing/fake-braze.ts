import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import type { Braze } from "../braze";

/** What a fake Braze answers: the body of a 200, or more. */
export type FakeAnswer = Partial<BrazeResponse>;
type Call = Omit<BrazeRequest, "method" | "path">;

/** A Braze that answers what a test says, and remembers what it was asked. */
export class FakeBraze implements Braze {
  readonly endpoint = "https://rest.example.com";
  readonly requests: { path: string; query: Call["query"]; body: unknown }[] = [];

  /** @param answers by path; a list is used up, its last answer stays */
  constructor(private readonly answers: Record<string, FakeAnswer[] | ((call: Call) => FakeAnswer)> = {}) {}

  readonly get = (path: string, call: Call = {}): Promise<BrazeResponse> => this.answer(path, call);
  readonly post = (path: string, call: Call = {}): Promise<BrazeResponse> => this.answer(path, call);

  private async answer(path: string, call: Call): Promise<BrazeResponse> {
    this.requests.push({ path, query: call.query, body: call.body });
    const answers = this.answers[path];
    const answer =
      typeof answers === "function"
        ? answers(call)
        : answers && answers.length > 1
          ? answers.shift()
          : answers?.[0];
    if (answer === undefined) throw new Error(`The test has no answer for ${path}`);
    const response = { status: 200, headers: {}, body: undefined, ...answer };
    if (response.status >= 400 && !call.accept?.includes(response.status)) {
      throw new Error(`Nobody accepts status ${response.status} of ${path}`);
    }
    return response;
  }
}
