import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { doors } from '../lib/doors'

const pages = { profile: doors.recipient, activity: doors.activity, consents: doors.consentsOf } as const
export const personTabs = Object.keys(pages) as (keyof typeof pages)[]
type Of = keyof typeof pages

/** Leads between the pages of one person. */
export function PersonTabs({ id, of }: { id: string; of: Of }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Tabs value={of} onChange={(next) => void navigate({ to: pages[(next ?? of) as Of](id).to } as never)}>
      <Tabs.List mb="sm" aria-label={t('activity.tabs')}>
        {personTabs.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`activity.tab_${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}
