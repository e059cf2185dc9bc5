import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { Agent } from "undici";
import { askLink, type LinkAnswer, parseLink } from "./link";

const dispatcher = new Agent();
const servers: Server[] = [];
const { signal } = new AbortController();
afterAll(async () => {
  await dispatcher.destroy();
  for (const server of servers) server.close();
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/export.zip?Signature=secret`);
}

const ask = (link: URL): Promise<LinkAnswer> => askLink(link, dispatcher, signal);

test.each([403, 404, 429, 500, 503])("a link that answers %d is asked again", async (status) => {
  const link = await serve((_, response) => response.writeHead(status).end("<Error/>"));
  expect(await ask(link)).toEqual({ kind: "not ready", why: `status ${status}` });
});

test("a host that can't be reached is asked again", async () => {
  expect(await ask(new URL("http://127.0.0.1:1/"))).toEqual({ kind: "not ready", why: "ECONNREFUSED" });
});

test("a redirect is followed, without any key", async () => {
  const seen: (string | undefined)[] = [];
  const target = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end("content");
  });
  const link = await serve((_, response) => response.writeHead(307, { location: target.href }).end());
  const answer = await ask(link);
  expect(answer).toMatchObject({ kind: "ready", sizeBytes: 7 });
  if (answer.kind === "ready") for await (const _ of answer.body);
  expect(seen).toEqual([undefined]);
});

test("a redirect without end is given up", async () => {
  const link: URL = await serve((_, response) => response.writeHead(302, { location: "/again" }).end());
  expect(await ask(link)).toEqual({ kind: "not ready", why: "too many redirects" });
});

test("a redirect away from https is not followed", async () => {
  const link = await serve((_, response) =>
    response.writeHead(302, { location: "http://example.com/x" }).end(),
  );
  expect((await thrownBy(() => ask(link))).failureType).toBe("system_error");
});

describe("a link", () => {
  const braze = new URL("https://rest.iad-01.braze.com");
  const here = new URL("http://127.0.0.1:1234");

  test.each([
    ["https://example.com/a.zip?b=c", braze],
    ["https://example.com/a.zip?b=c", here],
    ["http://127.0.0.1:8080/a.zip", here],
  ])("%s is accepted", (text, from) => {
    expect(parseLink(text, from).href).toBe(text);
  });

  test.each([
    ["http://example.com/a.zip?Signature=s3cret", braze],
    ["http://example.com/a.zip?Signature=s3cret", here],
    ["http://127.0.0.1/a.zip?Signature=s3cret", braze],
    ["file:///etc/passwd?s3cret", here],
    ["http://[s3cret", braze],
  ])("%s is refused without repeating it", async (text, from) => {
    const error = await thrownBy(() => parseLink(text, from));
    expect(error.failureType).toBe("system_error");
    expect(error.message).not.toContain("s3cret");
  });
});
