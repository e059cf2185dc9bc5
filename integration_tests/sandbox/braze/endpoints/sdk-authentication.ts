import { type Endpoint, failure } from "../endpoint";

/** docs: api/endpoints/sdk_authentication/get_sdk_authentication_keys */
export const sdkAuthenticationKeys: Endpoint = {
  method: "GET",
  path: "/app_group/sdk_authentication/keys",
  permission: "sdk_authentication.keys",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const app = query.get("app_id");
    if (app === null) return failure(400, "'app_id' is required");
    const keys = workspace.content.sdkKeys
      .filter(({ app_id }) => app_id === app)
      .map(({ id, description, is_primary }) => ({
        id,
        rsa_public_key: "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        description,
        is_primary,
      }));
    return { status: 200, body: { keys } };
  },
};
