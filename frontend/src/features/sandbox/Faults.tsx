import { Button, Drawer, Stack } from '@mantine/core'
import { IconBug } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import type { Schema } from '../../lib/api'
import { usePermission } from '../../lib/session'
import { providers } from '../../lib/words'
import { faultsQuery } from './api'
import { FaultForm } from './FaultForm'

/** Opens the panel in which vendors are told to misbehave; says how many do. */
export function FaultsButton() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const query = useQuery(faultsQuery)
  const active = query.data?.filter((fault) => fault.fault !== 'none').length ?? 0
  return (
    <>
      <Button
        variant={active > 0 ? 'light' : 'default'}
        leftSection={<IconBug size={14} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {active > 0 ? `${t('sandbox.faults')}: ${t('sandbox.faults_active', { count: active })}` : t('sandbox.faults')}
      </Button>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="right"
        size={400}
        title={t('sandbox.faults')}
        closeButtonProps={{ 'aria-label': t('act.close') }}
      >
        <Answered of={query}>{(faults) => <FaultList faults={faults} />}</Answered>
      </Drawer>
    </>
  )
}

function FaultList({ faults }: { faults: Schema['Fault'][] }) {
  const { t } = useTranslation()
  const mayChange = usePermission('admin')
  const names = [...new Set([...providers, ...faults.map((fault) => fault.provider)])]
  return (
    <Stack gap={18}>
      <div className="dim">{mayChange ? t('sandbox.faults_text') : t('sandbox.admin_only')}</div>
      {names.map((provider) => {
        const fault = faults.find((each) => each.provider === provider) ?? { provider, fault: 'none' as const }
        return <FaultForm key={JSON.stringify(fault)} fault={fault} disabled={!mayChange} />
      })}
    </Stack>
  )
}
