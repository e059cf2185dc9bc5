import schema from "@braze-connectors/spec/schemas/streams/sms_invalid_phone_numbers";
import { objectsAt } from "../rest/answers";
import { datedListStream } from "../rest/dated-list-stream";
import { offsets } from "../rest/paging";

/** Phone numbers found invalid. Braze: api/endpoints/sms/get_query_invalid_numbers */
export const smsInvalidPhoneNumbers = datedListStream({
  name: "sms_invalid_phone_numbers",
  schema,
  primaryKey: ["phone"],
  cursor: "invalid_detected_at",
  endpoint: { path: "/sms/invalid_phone_numbers", permission: "sms.invalid_phone_numbers" },
  entries: objectsAt("sms"),
  paging: offsets(500),
});
