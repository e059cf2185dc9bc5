import { events } from "./events/events";
import type { BrazeObject } from "./object";
import { purchases } from "./purchases/purchases";
import { users } from "./users/users";

/** Everything that can be written. A new object is a folder and a line here. */
export const objects: readonly BrazeObject[] = [users, events, purchases];

export const findObject = (name: string): BrazeObject | undefined =>
  objects.find((object) => object.name === name);
