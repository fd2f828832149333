import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

const pages = {
  people: '/recipients',
  attributes: '/recipients/attributes',
  imports: '/recipients/imports',
  syncs: '/recipients/syncs',
} as const
type Of = keyof typeof pages

/** Leads between people and what is known of them as a whole. */
export function RecipientTabs({ of }: { of: Of }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Tabs value={of} onChange={(next) => void navigate({ to: pages[(next ?? of) as Of] } as never)}>
      <Tabs.List mb="sm" aria-label={t('recipients.tabs')}>
        {(Object.keys(pages) as Of[]).map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`recipients.tab_${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}
