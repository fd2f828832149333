import { Button } from '@mantine/core'
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { dayAndTime, useShownZone } from '../../lib/time'
import { type ConsentState, chainQuery, useProve } from './api'

/** How the chain stands: up to where it was proved, and the button that proves it now. */
export function Chain() {
  const { t } = useTranslation()
  const mayProve = usePermission('admin')
  const state = useQuery(chainQuery)
  const prove = useProve()
  return (
    <div
      role="status"
      className="card"
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 12,
        padding: '10px 14px',
        marginBottom: 12,
      }}
    >
      {state.data && <Standing state={state.data} />}
      {mayProve && (
        <Button
          size="xs"
          variant="default"
          ml="auto"
          loading={prove.isPending}
          leftSection={<IconShieldCheck size={15} aria-hidden />}
          onClick={() => prove.mutate(undefined, { onError: (error) => sayFailed(error, t) })}
        >
          {t('consents.prove')}
        </Button>
      )}
    </div>
  )
}

function Standing({ state: { head, proven } }: { state: ConsentState }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  if (!proven) return <span className="dim">{t('consents.unproven', { count: head.place })}</span>
  const at = dayAndTime(new Date(proven.at), i18n.language)
  if (!proven.intact) {
    return (
      <>
        <Chip tone="bad" icon={IconAlertTriangle}>
          {t('consents.broken')}
        </Chip>
        <span>{t('consents.broken_at', { place: proven.broken_at, why: proven.why, at })}</span>
      </>
    )
  }
  return (
    <>
      <Chip tone="good" icon={IconShieldCheck}>
        {t('consents.intact')}
      </Chip>
      <span>
        {t('consents.proven', { place: proven.head.place, at })}{' '}
        {head.place > proven.head.place && t('consents.newer', { count: head.place - proven.head.place })}
      </span>
      {proven.head.seal && (
        <code className="dim cut" title={proven.head.seal} style={{ maxWidth: 180 }}>
          {proven.head.seal}
        </code>
      )}
    </>
  )
}
