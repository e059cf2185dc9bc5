import { runConnector } from "@braze-connectors/shared/airbyte/cli";
import connectionSpecification from "@braze-connectors/spec/schemas/source-braze";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { version } from "./package.json";

void runConnector<BrazeSourceConfig>({
  name: "source-braze",
  version,
  description: "source-braze reads an audience, and what else Braze's export API knows, as Airbyte messages.",
  commands: ["spec", "check", "discover", "read"],
  spec: {
    protocol_version: "0.3.2",
    documentationUrl: "https://www.braze.com/docs/api/endpoints/export/user_data/post_users_segment/",
    supportsIncremental: true,
    connectionSpecification,
  },
  loadValidator: async () => (await import("@braze-connectors/spec/validators/validateSourceConfig")).default,
  loadCommands: async () => (await import("./commands")).commands,
});
