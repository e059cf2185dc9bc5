import { runConnector } from "@braze-connectors/shared/airbyte/cli";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import connectionSpecification from "@braze-connectors/spec/schemas/destination-braze";
import { version } from "./package.json";

void runConnector<BrazeDestinationConfig>({
  name: "destination-braze",
  version,
  description:
    "destination-braze writes profiles, events and everything else that Braze takes, received as Airbyte messages, to Braze.",
  commands: ["spec", "check", "discover", "write"],
  spec: {
    protocol_version: "0.3.2",
    documentationUrl: "https://www.braze.com/docs/api/endpoints/user_data/post_user_track/",
    supportsIncremental: true,
    supported_destination_sync_modes: ["append", "append_dedup", "overwrite", "update", "soft_delete"],
    connectionSpecification,
  },
  loadValidator: async () =>
    (await import("@braze-connectors/spec/validators/validateDestinationConfig")).default,
  loadCommands: async () => (await import("./commands")).commands,
});
