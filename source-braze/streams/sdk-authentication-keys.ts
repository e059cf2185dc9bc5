import schema from "@braze-connectors/spec/schemas/streams/sdk_authentication_keys";
import { objectsAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";

/** Keys of SDK authentication of each configured app. Braze: api/endpoints/sdk_authentication/get_sdk_authentication_keys */
export const sdkAuthenticationKeys = childStream({
  name: "sdk_authentication_keys",
  schema,
  primaryKey: ["app_id", "id"],
  endpoint: { path: "/app_group/sdk_authentication/keys", permission: "sdk_authentication.keys" },
  entries: objectsAt("keys"),
  perApp: true,
  missingSetting: ({ appIds }) =>
    appIds.length > 0 ? undefined : 'set "app_ids" to the apps whose keys are wanted.',
});
