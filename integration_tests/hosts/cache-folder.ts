import { homedir } from "node:os";
import { join } from "node:path";

/** Where what takes long to make is kept from one run of the tests to the next. */
export const cacheFolder = (env = process.env): string =>
  join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "braze-connectors");
