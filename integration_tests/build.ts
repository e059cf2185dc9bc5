import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Runs before the tests that start executables, so that they never test yesterday's build. */
export default function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: join(__dirname, ".."), stdio: "inherit" });
}
