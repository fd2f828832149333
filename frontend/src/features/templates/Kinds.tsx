import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import type { Kind } from './review'

/** Leads between templates and the layouts their emails are set in. */
export function Kinds({ kind }: { kind: Kind }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Tabs
      value={kind}
      onChange={(to) => void navigate((to === 'layouts' ? doors.layouts() : doors.templates()) as never)}
    >
      <Tabs.List mb="sm">
        <Tabs.Tab value="templates">{t('templates.title')}</Tabs.Tab>
        <Tabs.Tab value="layouts">{t('layouts.title')}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  )
}
