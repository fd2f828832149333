import {
  type Icon,
  IconAlertTriangle,
  IconBolt,
  IconChecklist,
  IconHome,
  IconMailbox,
  IconMessages,
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
  section?: 'settings'
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
    path: '/failures',
    permission: 'read',
    load: async () => (await import('../features/failures/FailuresPage')).FailuresPage,
    label: 'failures',
    go: 'f',
    icon: IconAlertTriangle,
  },
  {
    path: '/sandbox',
    permission: 'read',
    load: async () => (await import('../features/sandbox/SandboxPage')).SandboxPage,
    label: 'sandbox',
    go: 'b',
    icon: IconMailbox,
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
]
