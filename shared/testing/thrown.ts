import { ConnectorError } from "../airbyte/errors";

/** The ConnectorError that something throws; anything else fails the test. */
export async function thrownBy(action: () => unknown): Promise<ConnectorError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}
