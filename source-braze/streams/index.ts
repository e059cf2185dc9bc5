import { campaigns } from "./campaigns";
import { campaignsAnalytics } from "./campaigns-analytics";
import { campaignsDetails } from "./campaigns-details";
import { canvases } from "./canvases";
import { canvasesAnalytics } from "./canvases-analytics";
import { canvasesDetails } from "./canvases-details";
import { canvasesSummary } from "./canvases-summary";
import { cards } from "./cards";
import { cardsAnalytics } from "./cards-analytics";
import { cardsDetails } from "./cards-details";
import { catalogItems } from "./catalog-items";
import { catalogs } from "./catalogs";
import { cdiIntegrations } from "./cdi-integrations";
import { cdiJobSyncStatus } from "./cdi-job-sync-status";
import { contentBlockDetails } from "./content-block-details";
import { contentBlockTranslations } from "./content-block-translations";
import { contentBlocks } from "./content-blocks";
import { customAttributes } from "./custom-attributes";
import { customEvents } from "./custom-events";
import { emailHardBounces } from "./email-hard-bounces";
import { emailTemplateDetails } from "./email-template-details";
import { emailTemplates } from "./email-templates";
import { emailUnsubscribes } from "./email-unsubscribes";
import { events } from "./events";
import { eventsAnalytics } from "./events-analytics";
import { globalControlGroupUsers } from "./global-control-group-users";
import { kpiDailyActiveUsers } from "./kpi-daily-active-users";
import { kpiDailyAppUninstalls } from "./kpi-daily-app-uninstalls";
import { kpiDailyNewUsers } from "./kpi-daily-new-users";
import { kpiMonthlyActiveUsers } from "./kpi-monthly-active-users";
import { preferenceCenterDetails } from "./preference-center-details";
import { preferenceCenters } from "./preference-centers";
import { products } from "./products";
import { purchasesQuantity } from "./purchases-quantity";
import { purchasesRevenue } from "./purchases-revenue";
import { scheduledBroadcasts } from "./scheduled-broadcasts";
import { sdkAuthenticationKeys } from "./sdk-authentication-keys";
import { segmentUsers } from "./segment-users";
import { segments } from "./segments";
import { segmentsAnalytics } from "./segments-analytics";
import { segmentsDetails } from "./segments-details";
import { sessionsAnalytics } from "./sessions-analytics";
import { smsInvalidPhoneNumbers } from "./sms-invalid-phone-numbers";
import type { Stream } from "./stream";

/** Every stream of this source, in the order in which `discover` lists them. */
export const streams: readonly Stream[] = [
  segmentUsers,
  globalControlGroupUsers,
  campaigns,
  campaignsDetails,
  campaignsAnalytics,
  canvases,
  canvasesDetails,
  canvasesAnalytics,
  canvasesSummary,
  segments,
  segmentsDetails,
  segmentsAnalytics,
  events,
  eventsAnalytics,
  customEvents,
  customAttributes,
  kpiDailyNewUsers,
  kpiDailyActiveUsers,
  kpiMonthlyActiveUsers,
  kpiDailyAppUninstalls,
  sessionsAnalytics,
  products,
  purchasesQuantity,
  purchasesRevenue,
  cards,
  cardsDetails,
  cardsAnalytics,
  contentBlocks,
  contentBlockDetails,
  contentBlockTranslations,
  emailTemplates,
  emailTemplateDetails,
  catalogs,
  catalogItems,
  emailHardBounces,
  emailUnsubscribes,
  smsInvalidPhoneNumbers,
  preferenceCenters,
  preferenceCenterDetails,
  scheduledBroadcasts,
  cdiIntegrations,
  cdiJobSyncStatus,
  sdkAuthenticationKeys,
];
