import type { Json } from "../../json";

/**
 * Makes a value acceptable where what is meant is plain, and leaves it alone where it is not. Applied
 * twice it does no more than once.
 */
export type Normaliser = (value: Json) => Json;
