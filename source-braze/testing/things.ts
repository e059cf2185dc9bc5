import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { wholeAnswer } from "../rest/paging";
import { parent } from "../rest/subjects";

/** A list whose entries other streams are about, as Braze answers `/things` with `{"things": [{"id": …}]}`. */
const things = listStream({
  name: "things",
  schema: {},
  primaryKey: ["id"],
  endpoint: { path: "/things", permission: "things.list" },
  entries: objectsAt("things"),
  paging: wholeAnswer,
});

export const ofThings = parent(things, "id", "thing_id");

/** What Braze answers when it is asked for the list. */
export const listed = (...ids: string[]) => [{ body: { things: ids.map((id) => ({ id })) } }];
