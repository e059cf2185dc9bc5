import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(__dirname, "..", "..");
const folder = join(__dirname, "dist");

/** Scripts that run in processes of their own, as plain JavaScript: nothing is compiled while time is taken. */
export interface Programs {
  sink: string;
  bareLoop: string;
  source: string;
  destination: string;
}

/** Builds the connectors and the benchmarks' own programs. */
export function buildPrograms(): Programs {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
  buildSync({
    entryPoints: {
      sink: join(__dirname, "sink/main.ts"),
      "bare-loop": join(__dirname, "yardsticks/bare-loop.ts"),
    },
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["undici"],
    logLevel: "warning",
  });
  return {
    sink: join(folder, "sink.js"),
    bareLoop: join(folder, "bare-loop.js"),
    source: join(root, "source-braze/bin/source-braze"),
    destination: join(root, "destination-braze/bin/destination-braze"),
  };
}
