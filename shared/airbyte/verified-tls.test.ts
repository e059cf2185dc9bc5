import { MemoryOutput } from "../testing/memory-output";
import { insistOnVerifiedTls } from "./verified-tls";

test.each([
  [undefined, 0],
  ["1", 0],
  ["0", 1],
])("NODE_TLS_REJECT_UNAUTHORIZED=%s has no effect, and what it is for is said", (value, warnings) => {
  const memory = new MemoryOutput();
  const environment: NodeJS.ProcessEnv = { PATH: "/bin", NODE_TLS_REJECT_UNAUTHORIZED: value };
  if (value === undefined) delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
  insistOnVerifiedTls(environment, memory.output.log);
  expect(environment).toEqual({ PATH: "/bin" });
  expect(memory.summary()).toEqual(Array(warnings).fill("LOG WARN"));
});
