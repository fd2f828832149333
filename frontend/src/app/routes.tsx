import {
  type Icon,
  IconAlertTriangle,
  IconBan,
  IconBolt,
  IconBuildingStore,
  IconCalendarEvent,
  IconCategory,
  IconChartBar,
  IconChecklist,
  IconFilter,
  IconHome,
  IconKey,
  IconMailbox,
  IconMessages,
  IconPlugConnected,
  IconRoute,
  IconSignature,
  IconSitemap,
  IconSpeakerphone,
  IconTemplate,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Areas } from '../lib/i18n/areas'
import type { Permission } from '../lib/session'

/** One page: where it is, who may see it, and how it is loaded. */
export interface Page {
  path: string
  permission: Permission
  load: () => Promise<ComponentType>
  /** Pages with a label are in the navigation, in this order; settings in a list of their own. */
  label?: keyof Areas['nav']
  icon?: Icon
  /** Paths that its entry in the navigation stands for too. */
  also?: readonly string[]
  section?: 'settings'
  /** It is there with the demo only. */
  demo?: true
  /** The letter that goes there after a g. */
  go?: string
}

/** All pages. A new page is a row here: route, menu and permission cannot be forgotten one by one. */
export const pages: Page[] = [
  {
    path: '/',
    permission: 'read',
    load: async () => (await import('../features/home/HomePage')).HomePage,
    label: 'home',
    go: 'h',
    icon: IconHome,
  },
  {
    path: '/messages',
    permission: 'read',
    load: async () => (await import('../features/messages/MessagesPage')).MessagesPage,
    label: 'messages',
    go: 'm',
    icon: IconMessages,
  },
  {
    path: '/messages/$id',
    permission: 'read',
    load: async () => (await import('../features/messages/MessagePage')).MessagePage,
  },
  {
    path: '/events',
    permission: 'read',
    load: async () => (await import('../features/events/EventsPage')).EventsPage,
    label: 'events',
    go: 'e',
    icon: IconBolt,
  },
  {
    path: '/events/$id',
    permission: 'read',
    load: async () => (await import('../features/events/EventPage')).EventPage,
  },
  {
    path: '/workflows',
    permission: 'read',
    load: async () => (await import('../features/workflows/WorkflowsPage')).WorkflowsPage,
    label: 'workflows',
    go: 'w',
    icon: IconSitemap,
  },
  {
    path: '/workflows/new',
    permission: 'content:write',
    load: async () => (await import('../features/workflows/NewWorkflowPage')).NewWorkflowPage,
  },
  {
    path: '/workflows/$key',
    permission: 'read',
    load: async () => (await import('../features/workflows/WorkflowPage')).WorkflowPage,
  },
  {
    path: '/templates',
    permission: 'read',
    load: async () => (await import('../features/templates/TemplatesPage')).TemplatesPage,
    label: 'templates',
    also: ['/layouts', '/partials'],
    go: 't',
    icon: IconTemplate,
  },
  {
    path: '/layouts',
    permission: 'read',
    load: async () => (await import('../features/templates/PartsPage')).LayoutsPage,
  },
  {
    path: '/layouts/$key',
    permission: 'read',
    load: async () => (await import('../features/templates/PartPage')).LayoutPage,
  },
  {
    path: '/partials',
    permission: 'read',
    load: async () => (await import('../features/templates/PartsPage')).PartialsPage,
  },
  {
    path: '/partials/$key',
    permission: 'read',
    load: async () => (await import('../features/templates/PartPage')).PartialPage,
  },
  {
    path: '/templates/$key',
    permission: 'read',
    load: async () => (await import('../features/templates/TemplatePage')).TemplatePage,
  },
  {
    path: '/approvals',
    permission: 'read',
    load: async () => (await import('../features/approvals/ApprovalsPage')).ApprovalsPage,
    label: 'approvals',
    go: 'a',
    icon: IconChecklist,
  },
  {
    path: '/approvals/$id',
    permission: 'read',
    load: async () => (await import('../features/approvals/ApprovalPage')).ApprovalPage,
  },
  {
    path: '/broadcasts',
    permission: 'read',
    load: async () => (await import('../features/broadcasts/BroadcastsPage')).BroadcastsPage,
    label: 'broadcasts',
    go: 'b',
    icon: IconSpeakerphone,
  },
  {
    path: '/broadcasts/new',
    permission: 'notifications:write',
    load: async () => (await import('../features/broadcasts/BroadcastPage')).NewBroadcastPage,
  },
  {
    path: '/broadcasts/$id',
    permission: 'read',
    load: async () => (await import('../features/broadcasts/BroadcastPage')).BroadcastPage,
  },
  {
    path: '/schedules',
    permission: 'schedules:read',
    load: async () => (await import('../features/schedules/SchedulesPage')).SchedulesPage,
    label: 'schedules',
    go: 'd',
    icon: IconCalendarEvent,
  },
  {
    path: '/schedules/calendar',
    permission: 'schedules:read',
    load: async () => (await import('../features/schedules/CalendarPage')).CalendarPage,
  },
  {
    path: '/schedules/new',
    permission: 'schedules:write',
    load: async () => (await import('../features/schedules/NewSchedulePage')).NewSchedulePage,
  },
  {
    path: '/schedules/$id',
    permission: 'schedules:read',
    load: async () => (await import('../features/schedules/SchedulePage')).SchedulePage,
  },
  {
    path: '/recipients',
    permission: 'read',
    load: async () => (await import('../features/recipients/RecipientsPage')).RecipientsPage,
    label: 'recipients',
    icon: IconUsers,
    go: 'r',
  },
  {
    path: '/recipients/attributes',
    permission: 'read',
    load: async () => (await import('../features/recipients/AttributesPage')).AttributesPage,
  },
  {
    path: '/recipients/imports',
    permission: 'read',
    load: async () => (await import('../features/imports/ImportsPage')).ImportsPage,
  },
  {
    path: '/recipients/imports/$id',
    permission: 'read',
    load: async () => (await import('../features/imports/ImportPage')).ImportPage,
  },
  {
    path: '/recipients/syncs',
    permission: 'read',
    load: async () => (await import('../features/syncs/SyncsPage')).SyncsPage,
  },
  {
    path: '/recipients/syncs/new',
    permission: 'admin',
    load: async () => (await import('../features/syncs/NewSyncPage')).NewSyncPage,
  },
  {
    path: '/recipients/syncs/$key',
    permission: 'read',
    load: async () => (await import('../features/syncs/SyncPage')).SyncPage,
  },
  {
    path: '/recipients/$id',
    permission: 'read',
    load: async () => (await import('../features/recipients/RecipientPage')).RecipientPage,
  },
  {
    path: '/recipients/$id/activity',
    permission: 'read',
    load: async () => (await import('../features/recipients/ActivityPage')).ActivityPage,
  },
  {
    path: '/recipients/$id/consents',
    permission: 'read',
    load: async () => (await import('../features/consents/PersonConsentsPage')).PersonConsentsPage,
  },
  {
    path: '/groups',
    permission: 'read',
    load: async () => (await import('../features/groups/GroupsPage')).GroupsPage,
    label: 'groups',
    icon: IconUsersGroup,
  },
  {
    path: '/groups/$key',
    permission: 'read',
    load: async () => (await import('../features/groups/GroupPage')).GroupPage,
  },
  {
    path: '/segments',
    permission: 'read',
    load: async () => (await import('../features/segments/SegmentsPage')).SegmentsPage,
    label: 'segments',
    icon: IconFilter,
  },
  {
    path: '/segments/new',
    permission: 'recipients:write',
    load: async () => (await import('../features/segments/SegmentPage')).NewSegmentPage,
  },
  {
    path: '/segments/$key',
    permission: 'read',
    load: async () => (await import('../features/segments/SegmentPage')).SegmentPage,
  },
  {
    path: '/categories',
    permission: 'read',
    load: async () => (await import('../features/categories/CategoriesPage')).CategoriesPage,
    label: 'categories',
    icon: IconCategory,
  },
  {
    path: '/categories/new',
    permission: 'content:write',
    load: async () => (await import('../features/categories/CategoryPage')).NewCategoryPage,
  },
  {
    path: '/categories/$key',
    permission: 'read',
    load: async () => (await import('../features/categories/CategoryPage')).CategoryPage,
  },
  {
    path: '/suppressions',
    permission: 'read',
    load: async () => (await import('../features/suppressions/SuppressionsPage')).SuppressionsPage,
    label: 'suppressions',
    icon: IconBan,
  },
  {
    path: '/suppressions/$id',
    permission: 'read',
    load: async () => (await import('../features/suppressions/SuppressionPage')).SuppressionPage,
  },
  {
    path: '/reports',
    permission: 'reports:read',
    load: async () => (await import('../features/reports/ReportsPage')).ReportsPage,
    label: 'reports',
    icon: IconChartBar,
    go: 'p',
  },
  {
    path: '/consents',
    permission: 'read',
    load: async () => (await import('../features/consents/ConsentsPage')).ConsentsPage,
    label: 'consents',
    icon: IconSignature,
  },
  {
    path: '/consents/$place',
    permission: 'read',
    load: async () => (await import('../features/consents/ConsentPage')).ConsentPage,
  },
  {
    path: '/failures',
    permission: 'read',
    load: async () => (await import('../features/failures/FailuresPage')).FailuresPage,
    label: 'failures',
    go: 'f',
    icon: IconAlertTriangle,
  },
  {
    path: '/channels',
    permission: 'read',
    load: async () => (await import('../features/channels/ChannelsPage')).ChannelsPage,
    label: 'channels',
    go: 'c',
    icon: IconPlugConnected,
  },
  {
    path: '/channels/new',
    permission: 'admin',
    load: async () => (await import('../features/channels/NewIntegrationPage')).NewIntegrationPage,
  },
  {
    path: '/channels/$id',
    permission: 'read',
    load: async () => (await import('../features/channels/IntegrationPage')).IntegrationPage,
  },
  {
    path: '/sandbox',
    permission: 'read',
    load: async () => (await import('../features/sandbox/SandboxPage')).SandboxPage,
    label: 'sandbox',
    go: 'x',
    icon: IconMailbox,
  },
  {
    path: '/shop',
    permission: 'read',
    load: async () => (await import('../features/shop/ShopPage')).ShopPage,
    label: 'shop',
    icon: IconBuildingStore,
    demo: true,
  },
  {
    path: '/sagas',
    permission: 'read',
    load: async () => (await import('../features/sagas/SagasPage')).SagasPage,
    label: 'sagas',
    icon: IconRoute,
  },
  {
    path: '/sagas/$id',
    permission: 'read',
    load: async () => (await import('../features/sagas/SagaPage')).SagaPage,
  },
  {
    path: '/settings',
    permission: 'read',
    load: async () => (await import('../features/settings/SettingsPage')).SettingsPage,
    label: 'general',
    section: 'settings',
  },
  {
    path: '/settings/profile',
    permission: 'read',
    load: async () => (await import('../features/account/AccountPage')).AccountPage,
    label: 'profile',
    section: 'settings',
  },
  {
    path: '/settings/members',
    permission: 'admin',
    load: async () => (await import('../features/members/MembersPage')).MembersPage,
    label: 'members',
    section: 'settings',
  },
  {
    path: '/settings/audit',
    permission: 'admin',
    load: async () => (await import('../features/audit/AuditPage')).AuditPage,
    label: 'audit',
    section: 'settings',
  },
  {
    path: '/settings/audit/$id',
    permission: 'admin',
    load: async () => (await import('../features/audit/AuditRecordPage')).AuditRecordPage,
    section: 'settings',
  },
  {
    path: '/settings/sources',
    permission: 'read',
    load: async () => (await import('../features/sources/SourcesPage')).SourcesPage,
    label: 'sources',
    section: 'settings',
    icon: IconPlugConnected,
  },
  {
    path: '/settings/sources/$key',
    permission: 'read',
    load: async () => (await import('../features/sources/SourcePage')).SourcePage,
    section: 'settings',
  },
  {
    path: '/settings/sources/$key/webhook',
    permission: 'admin',
    load: async () => (await import('../features/sources/HookPage')).HookPage,
    section: 'settings',
  },
  {
    path: '/settings/api-keys',
    permission: 'admin',
    load: async () => (await import('../features/apikeys/ApiKeysPage')).ApiKeysPage,
    label: 'api_keys',
    section: 'settings',
    icon: IconKey,
  },
  {
    path: '/settings/api-keys/new',
    permission: 'admin',
    load: async () => (await import('../features/apikeys/NewKeyPage')).NewKeyPage,
    section: 'settings',
  },
  {
    path: '/settings/api-keys/$id',
    permission: 'admin',
    load: async () => (await import('../features/apikeys/ApiKeyPage')).ApiKeyPage,
    section: 'settings',
  },
]
