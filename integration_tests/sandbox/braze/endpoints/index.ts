import type { Endpoint } from "../endpoint";
import { campaignsList, canvasList } from "./campaigns";
import { customAttributesList } from "./custom-attributes";
import { segmentsDataSeries, segmentsDetails, segmentsList } from "./segments";
import { usersExportIds } from "./users-export-ids";
import { usersExportSegment } from "./users-export-segment";
import { usersTrack } from "./users-track";

/** Everything that the local Braze answers. A new endpoint is a file in this folder and a line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  usersTrack,
  usersExportSegment,
  usersExportIds,
  segmentsList,
  segmentsDetails,
  segmentsDataSeries,
  customAttributesList,
  campaignsList,
  canvasList,
];
