import { campaignTrigger } from "./campaign-trigger/campaign-trigger";
import { canvasTrigger } from "./canvas-trigger/canvas-trigger";
import { catalogItems } from "./catalog-items/catalog-items";
import { deleteUsers } from "./delete-users/delete-users";
import type { Endpoint, Slot } from "./endpoint";
import { events } from "./events/events";
import { identifyUsers } from "./identify-users/identify-users";
import { mergeUsers } from "./merge-users/merge-users";
import type { BrazeObject } from "./object";
import { purchases } from "./purchases/purchases";
import { renameExternalIds } from "./rename-external-ids/rename-external-ids";
import { subscriptionGroups } from "./subscription-groups/subscription-groups";
import { userAliases } from "./user-aliases/user-aliases";
import { users } from "./users/users";

/** Everything that can be written under a name of its own. A new object is a folder and a line here. */
export const objects: readonly BrazeObject[] = [
  users,
  events,
  purchases,
  subscriptionGroups,
  userAliases,
  identifyUsers,
  mergeUsers,
  deleteUsers,
  renameExternalIds,
];

/** Objects of which a workspace may have many, named `family/NAME`. */
const families: Readonly<Record<string, (name: string) => BrazeObject>> = {
  catalog_items: catalogItems,
  campaign_trigger: campaignTrigger,
  canvas_trigger: canvasTrigger,
};

/** All names, for people. */
export const objectNames: readonly string[] = [
  ...objects.map(({ name }) => name),
  "catalog_items/NAME",
  "campaign_trigger/ID",
  "canvas_trigger/ID",
];

const made = new Map<string, BrazeObject>();

/** @returns the same object for the same name, so that its requests are filled together */
export function findObject(name: string): BrazeObject | undefined {
  const known = objects.find((object) => object.name === name) ?? made.get(name);
  if (known) return known;
  const [, family = "", member = ""] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const object = Object.hasOwn(families, family) ? families[family]?.(member) : undefined;
  if (object) made.set(name, object);
  return object;
}

/** The slot of a name, as staged parts keep it. @param inDoubt which of those that differ in this */
export function findSlot(name: string, inDoubt: Endpoint["inDoubt"]): Slot | undefined {
  const own = objects.flatMap(({ slots }) => slots).find((slot) => slot.name === name);
  if (own) return own;
  // Behind the object's name, which may hold blanks, a slot may say what it does.
  const candidates = [name, name.slice(0, Math.max(0, name.lastIndexOf(" ")))];
  const slots = candidates
    .flatMap((object) => findObject(object)?.slots ?? [])
    .filter((slot) => slot.name === name);
  return slots.find(({ endpoint }) => endpoint.inDoubt === inDoubt) ?? slots[0];
}

export const isSlotName = (name: string): boolean => findSlot(name, "reject") !== undefined;
