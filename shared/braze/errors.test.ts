import { BrazeStatusError, messageOf, networkError, type RequestFacts, statusError } from "./errors";

const facts: RequestFacts = {
  method: "POST",
  path: "/users/track",
  endpoint: "https://rest.iad-01.braze.com",
  permission: "users.track",
};

describe("statusError", () => {
  test.each([
    [400, "system_error", "Braze refused POST /users/track as malformed (400: No good)."],
    [
      401,
      "config_error",
      "Braze did not accept the API key for /users/track (401: No good): check that api_key belongs to https://rest.iad-01.braze.com and has the permission users.track.",
    ],
    [
      403,
      "config_error",
      "Braze forbids /users/track (403: No good): check that the account is active, that the API key allows this machine's IP address and has the permission users.track.",
    ],
    [
      404,
      "config_error",
      "Braze does not know /users/track (404: No good): check that url (https://rest.iad-01.braze.com) is the REST endpoint of your instance.",
    ],
    [413, "system_error", "Braze refused a request to /users/track because it is too large."],
    [429, "transient_error", "Braze's rate limit for /users/track stayed exhausted; try again later."],
    [
      301,
      "config_error",
      "https://rest.iad-01.braze.com redirects /users/track elsewhere, which a REST endpoint of Braze does not do: check url.",
    ],
    [418, "system_error", "Braze refused POST /users/track (418: No good)."],
    [
      503,
      "transient_error",
      "Braze kept failing at /users/track (503: No good); try again later, and see Braze's status page if https://rest.iad-01.braze.com stays down.",
    ],
  ])("%d", (status, failureType, message) => {
    const error = statusError(status, { message: "No good" }, facts);
    expect(error).toBeInstanceOf(BrazeStatusError);
    expect(error).toMatchObject({
      status,
      failureType,
      message,
      internal: `POST /users/track answered ${status}: No good`,
    });
  });

  test("a permission that nobody knows is not mentioned", () => {
    const { permission, ...unknown } = facts;
    expect(statusError(401, undefined, unknown).message).toBe(
      "Braze did not accept the API key for /users/track (401): check that api_key belongs to https://rest.iad-01.braze.com.",
    );
  });
});

describe("networkError", () => {
  const withCode = (code: string) => Object.assign(new Error("low-level words"), { code });

  test.each([
    ["ENOTFOUND", "config_error", "there is no such host. Check url."],
    ["CERT_HAS_EXPIRED", "config_error", "its certificate has expired. Check url."],
    [
      "ECONNREFUSED",
      "transient_error",
      "it refuses connections. Check the network and url, or try again later.",
    ],
    [
      "UND_ERR_SOCKET",
      "transient_error",
      "the connection was cut. Check the network and url, or try again later.",
    ],
    [
      "UND_ERR_HEADERS_TIMEOUT",
      "transient_error",
      "it did not answer in time. Check the network and url, or try again later.",
    ],
    ["ESOMETHING", "transient_error", "low-level words. Check the network and url, or try again later."],
  ])("%s", (code, failureType, end) => {
    expect(networkError(withCode(code), facts)).toMatchObject({
      failureType,
      message: `https://rest.iad-01.braze.com can't be reached: ${end}`,
      internal: `${code}: low-level words`,
    });
  });

  test("the code may stand in the cause", () => {
    const error = networkError(new Error("fetch failed", { cause: withCode("ENOTFOUND") }), facts);
    expect(error.message).toContain("there is no such host");
  });
});

describe("messageOf", () => {
  test.each([
    [{ message: "Invalid API key" }, "Invalid API key"],
    [{ message: "Bad", errors: ["a", "b", { type: "c" }, "d", "e"] }, "Bad; a; b; d"],
    [{ errors: ["only this"] }, "only this"],
    [{ errors: [{ id: "catalog-not-found", message: "No such catalog" }] }, "No such catalog"],
    [{ message: " two\n lines " }, "two lines"],
    [{ message: "" }, undefined],
    [{ message: 5 }, undefined],
    [undefined, undefined],
    ["text", undefined],
    [[], undefined],
  ])("of %j is %j", (body, expected) => {
    expect(messageOf(body)).toBe(expected);
  });

  test("is a part of a sentence, not a page", () => {
    expect(messageOf({ message: "x".repeat(5000) })).toBe(`${"x".repeat(300)}…`);
  });
});
