import type { BrazeRequest } from "@braze-connectors/shared/braze/client";
import type { Endpoint } from "../objects/endpoint";
import { objects } from "../objects/registry";
import { Permissions } from "./permissions";

const endpoints = objects.flatMap(({ slots }) => slots.map(({ endpoint }) => endpoint));

function setUp(statusOf: (request: BrazeRequest) => number) {
  const requests: BrazeRequest[] = [];
  const permissions = new Permissions({
    send: async (request) => {
      requests.push(request);
      const status = statusOf(request);
      if (status >= 300 && !request.accept?.includes(status)) throw new Error(`status ${status}`);
      return { status, headers: {}, body: {} };
    },
  });
  return { permissions, requests };
}

describe("Permissions", () => {
  it("asks once for each, with a request that holds nothing", async () => {
    const { permissions, requests } = setUp(() => 400);
    await permissions.ask(endpoints);
    await permissions.ask(endpoints);
    expect(requests.map(({ permission }) => permission).sort()).toEqual(
      [...new Set(endpoints.map(({ permission }) => permission))].sort(),
    );
    for (const { body } of requests) expect(body).toEqual({});
  });

  it.each([
    [400, true],
    [404, true],
    [422, true],
    [401, false],
    [403, false],
  ])("takes %i for an answer", async (status, has) => {
    const { permissions } = setUp(() => status);
    const [endpoint] = endpoints as [Endpoint];
    expect(permissions.has(endpoint)).toBe(false);
    await permissions.ask([endpoint]);
    expect(permissions.has(endpoint)).toBe(has);
  });

  it("does not take a failure of Braze's for an answer", async () => {
    const { permissions } = setUp(() => 500);
    await expect(permissions.ask(endpoints)).rejects.toThrow("status 500");
  });

  it("tells them apart", async () => {
    const { permissions } = setUp(({ path }) => (path === "/users/track" ? 400 : 403));
    await permissions.ask(endpoints);
    for (const endpoint of endpoints)
      expect(permissions.has(endpoint)).toBe(endpoint.path === "/users/track");
  });
});
