import { Button } from '@mantine/core'
import { IconArrowBackUp, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sayDone, sayFailed } from '../../lib/notify'
import { allows, type Saga, type SagaMove, useSagaMove } from '../../lib/sagas'
import { usePermission } from '../../lib/session'
import { Confirm } from '../Confirm'

/** What a person can do about a saga; each is asked for twice. */
export function SagaActions({ saga }: { saga: Saga }) {
  const { t } = useTranslation()
  const may = usePermission('deliveries:write')
  const [asked, setAsked] = useState<SagaMove>()
  const move = useSagaMove(saga.id)
  if (!may) return null
  const go = (which: SagaMove) =>
    move.mutate(which, {
      onSuccess: () => sayDone(t(`sagas.did_${which}`)),
      onError: (error) => sayFailed(error, t),
      onSettled: () => setAsked(undefined),
    })
  return (
    <>
      {allows(saga, 'retry') && (
        <Button leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => setAsked('retry')}>
          {t('sagas.retry')}
        </Button>
      )}
      {allows(saga, 'compensate') && (
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          onClick={() => setAsked('compensate')}
        >
          {t('sagas.compensate')}
        </Button>
      )}
      {asked && (
        <Confirm
          opened
          title={t(`sagas.ask_${asked}`, { title: saga.title })}
          text={t(`sagas.ask_${asked}_text`)}
          confirm={t(`sagas.${asked}`)}
          danger={asked === 'compensate'}
          busy={move.isPending}
          onClose={() => setAsked(undefined)}
          onConfirm={() => go(asked)}
        />
      )}
    </>
  )
}
