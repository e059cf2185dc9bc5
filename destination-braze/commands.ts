import type { Commands } from "@braze-connectors/shared/airbyte/connector";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import { check } from "./check";
import { discover } from "./discover/discover";
import { write } from "./write";

export const commands: Commands<BrazeDestinationConfig> = {
  check,
  discover: async (config, context) => ({ destinationCatalog: await discover(config, context) }),
  write,
};
