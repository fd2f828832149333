import { Button } from '@mantine/core'
import { IconListSearch, IconTerminal2 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { Simulation } from '../../components/Simulation'
import { LoadingRows } from '../../components/States'
import { ApiError, api, type Schema, unwrap } from '../../lib/api'
import { useCopy } from '../../lib/copy'
import { curlOf } from '../../lib/curl'
import { errorSentence } from '../../lib/sentences'
import classes from './EventPage.module.css'

/** What can be done with an event that came in: sent again from a terminal, or thought through again. */
export function EventActions({ event }: { event: Schema['EventView'] }) {
  const { t } = useTranslation()
  const { copied, copy } = useCopy()
  const simulate = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/simulate', { body: { event: eventOf(event) } })),
  })
  // A test run and a send without a workflow carry what they start in themselves.
  if (event.direct) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTerminal2 size={14} aria-hidden />}
        onClick={() => copy(curlOf({ path: '/v1/events', method: 'POST', body: eventOf(event) }))}
      >
        {copied ? t('act.copied') : t('act.copy_curl')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconListSearch size={14} aria-hidden />}
        onClick={() => simulate.mutate()}
      >
        {t('simulation.again')}
      </Button>
      <Dialog opened={!simulate.isIdle} onClose={simulate.reset} size="lg" title={t('simulation.again')}>
        <p>{t('simulation.again_text')}</p>
        {simulate.isPending && <LoadingRows rows={4} />}
        {simulate.error && <Refused error={simulate.error} />}
        {simulate.data && <Simulation of={simulate.data} />}
      </Dialog>
    </>
  )
}

/** Why the event would not be taken now, field by field. */
function Refused({ error }: { error: Error }) {
  const { t } = useTranslation()
  const fields = error instanceof ApiError ? error.fields : []
  return (
    <div role="alert" className={classes.refused}>
      <p>{fields.length > 0 ? t('simulation.refused') : errorSentence(error, t)}</p>
      <ul>
        {fields.map((fault) => (
          <li key={fault.path}>
            <code>{fault.path}</code> {fault.detail}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The event as its source would send it; its key is left out, for it was used. */
function eventOf(event: Schema['EventView']): Schema['EventInput'] {
  const { type, actor, tenant, priority } = event
  return {
    type,
    to: (event.to ?? []).map(({ recipient, group, segment }) =>
      group ? { group } : segment ? { segment } : (recipient ?? ''),
    ) as Schema['EventInput']['to'],
    data: (event.data ?? {}) as never,
    ...(actor ? { actor } : {}),
    ...(tenant ? { tenant } : {}),
    ...(priority ? { priority } : {}),
  }
}
