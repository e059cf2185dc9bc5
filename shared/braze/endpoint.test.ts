import { thrownBy } from "../testing/thrown";
import { parseApiKey } from "./api-key";
import { isLoopback, parseEndpoint } from "./endpoint";

describe("parseEndpoint", () => {
  test.each([
    ["https://rest.iad-01.braze.com", "https://rest.iad-01.braze.com"],
    ["https://rest.iad-01.braze.com/", "https://rest.iad-01.braze.com"],
    [" https://REST.fra-01.braze.eu// \n", "https://rest.fra-01.braze.eu"],
    ["https://proxy.example.com:8443/braze/", "https://proxy.example.com:8443/braze"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://127.0.0.1:3000/", "http://127.0.0.1:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("%j is %s", (text, expected) => {
    expect(parseEndpoint(text)).toBe(expected);
  });

  test.each([
    [
      "rest.iad-01.braze.com",
      '"url" must be a REST endpoint such as https://rest.iad-01.braze.com, not "rest.iad-01.braze.com".',
    ],
    ["", '"url" must be a REST endpoint such as https://rest.iad-01.braze.com, not "".'],
    [
      "http://rest.iad-01.braze.com",
      '"url" must start with https:// (http is allowed only on this machine), not http://.',
    ],
    [
      "http://127.0.0.1.example.com",
      '"url" must start with https:// (http is allowed only on this machine), not http://.',
    ],
    [
      "http://192.168.0.1",
      '"url" must start with https:// (http is allowed only on this machine), not http://.',
    ],
    ["ftp://localhost", '"url" must start with https:// (http is allowed only on this machine), not ftp://.'],
    [
      "https://dashboard-01.braze.com",
      '"url" is the address of the dashboard (dashboard-01.braze.com); the REST endpoint is meant, such as https://rest.iad-01.braze.com.',
    ],
  ])("%j is refused in a sentence", async (text, sentence) => {
    const error = await thrownBy(() => parseEndpoint(text));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toBe(sentence);
  });
});

test.each([
  ["localhost", true],
  ["127.0.0.1", true],
  ["127.255.0.9", true],
  ["[::1]", true],
  ["localhost.example.com", false],
  ["10.0.0.1", false],
  ["1127.0.0.1", false],
])("isLoopback(%s) is %s", (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

describe("parseApiKey", () => {
  test("space around the key is what copying leaves behind", () => {
    expect(parseApiKey(" 01234567-89ab\n")).toBe("01234567-89ab");
  });

  test.each([
    ["  ", '"api_key" is empty.'],
    ["abc\ndef", '"api_key" holds characters that no API key of Braze has: copy it again.'],
    ["schlüssel", '"api_key" holds characters that no API key of Braze has: copy it again.'],
  ])("%j is refused, and not quoted", async (text, sentence) => {
    const error = await thrownBy(() => parseApiKey(text));
    expect(error).toMatchObject({ failureType: "config_error", message: sentence });
  });
});
