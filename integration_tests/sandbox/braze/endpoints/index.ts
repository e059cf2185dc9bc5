import type { Endpoint } from "../endpoint";
import { campaignsDataSeries, campaignsDetails, campaignsList } from "./campaigns";
import { canvasDataSeries, canvasDataSummary, canvasDetails, canvasList } from "./canvases";
import { catalogFieldsCreate, catalogsCreate } from "./catalog-definitions";
import { catalogItemsEndpoints } from "./catalog-items";
import { catalogItemsList, catalogsList } from "./catalogs";
import { cdiIntegrations, cdiJobSyncStatus } from "./cdi";
import { customAttributesList } from "./custom-attributes";
import { events, eventsDataSeries, eventsList } from "./events";
import { feedDataSeries, feedDetails, feedList } from "./feed";
import { dailySeriesEndpoints } from "./kpi";
import { preferenceCenterDetails, preferenceCentersList } from "./preference-centers";
import { productList, quantitySeries, revenueSeries } from "./purchases";
import { scheduledBroadcasts } from "./scheduled-broadcasts";
import { sdkAuthenticationKeys } from "./sdk-authentication";
import { segmentsDataSeries, segmentsDetails, segmentsList } from "./segments";
import { subscriptionStatusSet } from "./subscription-status";
import {
  contentBlocksInfo,
  contentBlocksList,
  contentBlocksTranslations,
  emailTemplatesInfo,
  emailTemplatesList,
} from "./templates";
import { campaignsTriggerSend, canvasTriggerSend } from "./trigger-send";
import { undeliverableEndpoints } from "./undeliverable";
import { usersAliasNew, usersAliasUpdate } from "./users-alias";
import { usersDelete } from "./users-delete";
import { usersExportIds } from "./users-export-ids";
import { usersExportControlGroup, usersExportSegment } from "./users-export-segment";
import { usersExternalIdsRename } from "./users-external-ids";
import { usersIdentify } from "./users-identify";
import { usersMerge } from "./users-merge";
import { usersTrack, usersTrackBulk } from "./users-track";

/** Everything that the local Braze answers. A new endpoint is a file in this folder and a line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  usersTrack,
  usersTrackBulk,
  usersDelete,
  usersAliasNew,
  usersAliasUpdate,
  usersIdentify,
  usersMerge,
  usersExternalIdsRename,
  subscriptionStatusSet,
  campaignsTriggerSend,
  canvasTriggerSend,
  usersExportSegment,
  usersExportControlGroup,
  usersExportIds,
  segmentsList,
  segmentsDetails,
  segmentsDataSeries,
  customAttributesList,
  campaignsList,
  campaignsDetails,
  campaignsDataSeries,
  canvasList,
  canvasDetails,
  canvasDataSeries,
  canvasDataSummary,
  eventsList,
  events,
  eventsDataSeries,
  ...dailySeriesEndpoints,
  productList,
  quantitySeries,
  revenueSeries,
  feedList,
  feedDetails,
  feedDataSeries,
  contentBlocksList,
  contentBlocksInfo,
  contentBlocksTranslations,
  emailTemplatesList,
  emailTemplatesInfo,
  catalogsList,
  catalogItemsList,
  catalogsCreate,
  catalogFieldsCreate,
  ...catalogItemsEndpoints,
  ...undeliverableEndpoints,
  preferenceCentersList,
  preferenceCenterDetails,
  scheduledBroadcasts,
  cdiIntegrations,
  cdiJobSyncStatus,
  sdkAuthenticationKeys,
];
