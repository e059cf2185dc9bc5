import { segmentUsers } from "./segment-users";
import type { Stream } from "./stream";

/** Every stream of this source, in the order in which `discover` lists them. */
export const streams: readonly Stream[] = [segmentUsers];
