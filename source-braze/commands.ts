import type { Commands } from "@braze-connectors/shared/airbyte/connector";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { check } from "./check";
import { discover } from "./discover";
import { read } from "./read";
import { settingsOf } from "./settings";

export const commands: Commands<BrazeSourceConfig> = {
  check: async (config, context) => check(settingsOf(config), context),
  discover: async (config, context) => ({ catalog: await discover(settingsOf(config), context) }),
  read: async ({ config, catalog, states }, context) => read(settingsOf(config), catalog, states, context),
};
