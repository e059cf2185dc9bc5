import build from "../build";
import { prepareEnvironment } from "./pyairbyte-environment";

/** Where the tests find the Python that has PyAirbyte, or why there is none. */
export const PYTHON = "HOSTS_PYTHON_PREPARED";
export const NO_PYTHON = "HOSTS_NO_PYTHON";

/** Runs before the tests of hosts. */
export default function setUp(): void {
  build();
  const prepared = prepareEnvironment();
  if ("python" in prepared) process.env[PYTHON] = prepared.python;
  else {
    process.env[NO_PYTHON] = prepared.reason;
    process.stderr.write(`The tests under PyAirbyte are skipped: ${prepared.reason}\n`);
  }
}
