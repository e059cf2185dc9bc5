import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import usersSchema from "@braze-connectors/spec/schemas/braze/user_attributes";

/** What happens to profiles that a full refresh does not bring any more. */
export type RemovedProfiles =
  | { action: "keep" }
  | { action: "clear_attributes" }
  | { action: "delete_user" }
  /** The attribute is true for members, false for those who left. */
  | { action: "mark"; attribute: string };

/** @throws config_error for an attribute that can't be a mark, and where nothing can be remembered */
export function removedProfilesOf({
  removed_profiles: configured = "keep",
  object_storage_config: storage,
}: BrazeDestinationConfig): RemovedProfiles {
  if (configured === "keep") return { action: configured };
  if (storage === undefined || storage.storage_type === "None") {
    throw configError(
      '"removed_profiles" needs object_storage_config: without it nothing can remember who was there before. Configure S3 or a local folder, or set removed_profiles to "keep".',
      { help: "storage-needed" },
    );
  }
  if (typeof configured !== "string") return { action: "mark", attribute: markAttribute(configured.mark) };
  if (configured.startsWith(markPrefix)) {
    return { action: "mark", attribute: markAttribute(configured.slice(markPrefix.length)) };
  }
  const action = actions.find((each) => each === configured);
  if (action) return { action };
  throw configError(
    `"removed_profiles" is "${configured}": choose ${actions.join(", ")} or mark:ATTRIBUTE.`,
    { help: "removed-profiles" },
  );
}

/** Forms have one field of text for it. */
const markPrefix = "mark:";
const actions = ["keep", "clear_attributes", "delete_user"] as const;

function markAttribute(name: string): string {
  if (!Object.hasOwn(usersSchema.properties, name) && !/^[_$]/.test(name)) return name;
  throw configError(
    `"removed_profiles.mark" is "${name}", which is a field of Braze's own: name a custom attribute.`,
    { help: "removed-profiles" },
  );
}
