import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { refusals } from "@braze-connectors/shared/braze/errors";
import type { Endpoint } from "../objects/endpoint";

/**
 * Finds out what the API key may write, without writing: a request without data is refused with 400, but
 * only to a key that may use the endpoint; others get 401 or 403.
 */
export class Permissions {
  private readonly answers = new Map<string, boolean>();

  constructor(private readonly braze: Pick<BrazeClient, "send">) {}

  /** Asks for each permission once. */
  async ask(endpoints: readonly Endpoint[]): Promise<void> {
    const unknown = new Map<string, Endpoint>();
    for (const endpoint of endpoints) {
      if (!this.answers.has(endpoint.permission)) unknown.set(endpoint.permission, endpoint);
    }
    await Promise.all(
      [...unknown].map(async ([permission, { method, path }]) => {
        const { status } = await this.braze.send({
          method,
          path,
          body: {},
          permission,
          accept: [400, 404, 422, ...refusals],
        });
        this.answers.set(permission, !refusals.includes(status));
      }),
    );
  }

  has({ permission }: Endpoint): boolean {
    return this.answers.get(permission) ?? false;
  }
}
