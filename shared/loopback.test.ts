import { isLoopback, isPrivate } from "./loopback";

test.each(["localhost", "127.0.0.1", "[::1]"])("%s is this machine", (host) => {
  expect([isLoopback(host), isPrivate(host)]).toEqual([true, true]);
});

test.each([
  "minio",
  "airbyte-minio-svc",
  "minio.airbyte.svc",
  "minio.airbyte.svc.cluster.local",
  "storage.internal",
  "10.1.2.3",
  "172.16.0.9",
  "192.168.1.1",
  "[fd00::1]",
])("%s is in a private network", (host) => {
  expect([isLoopback(host), isPrivate(host)]).toEqual([false, true]);
});

test.each([
  "minio.example.com",
  "172.32.0.1",
  "11.0.0.1",
  "[2001:db8::1]",
  "svc.example.org",
  "10.example.com",
])("%s may be anywhere", (host) => {
  expect(isPrivate(host)).toBe(false);
});
