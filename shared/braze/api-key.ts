import { configError } from "../airbyte/errors";

/**
 * Checks the API key that a user configured. Space around it is what copying leaves behind.
 * @throws config_error for what can't be a key; never quotes it
 */
export function parseApiKey(text: string): string {
  const key = text.trim();
  if (key === "") throw configError('"api_key" is empty.', { help: "wrong-api-key" });
  if (/[^\x21-\x7e]/.test(key)) {
    throw configError('"api_key" holds characters that no API key of Braze has: copy it again.', {
      help: "wrong-api-key",
    });
  }
  return key;
}
