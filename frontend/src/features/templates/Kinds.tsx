import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import type { Kind } from './review'

const kinds: readonly Kind[] = ['templates', 'layouts', 'partials']

/** Leads between templates and what they share: layouts and partials. */
export function Kinds({ kind }: { kind: Kind }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Tabs value={kind} onChange={(to) => void navigate(doors[(to ?? kind) as Kind]() as never)}>
      <Tabs.List mb="sm">
        {kinds.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`${each}.title`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}
