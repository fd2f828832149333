import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { importQuery } from '../../lib/imports'
import type { Broadcast, Estimate } from './api'
import { priced } from './Reach'

const namedFew = 10
const namedMost = 200

/** When it begins, in words. */
export const startsText = (of: Broadcast, t: TFunction) =>
  of.send_at ? new Date(of.send_at).toLocaleString() : t('broadcasts.at_once')

/** How many messages it comes to, in words. */
const reachText = ({ reached, channels }: Estimate, t: TFunction) =>
  t('broadcasts.reach_text', {
    reached: reached.toLocaleString(),
    messages: channels.reduce((sum, { messages }) => sum + messages, 0).toLocaleString(),
  })

/** What is sent to whom, by which ways and when: what an approver decides on. */
export function PlanFacts({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const { audience, window } = of
  const estimate = of.frozen?.estimate
  const words = of.content?.body ?? of.content?.text
  const lists = [
    ...(audience?.segments ?? []).map((key) => ({ key, door: doors.segment(key) })),
    ...(audience?.groups ?? []).map((key) => ({ key, door: doors.group(key) })),
  ]
  return (
    <>
      <Facts title={t('broadcasts.audience')}>
        <Fact name={t('broadcasts.audience')}>
          {audience?.everybody
            ? t('broadcasts.everybody')
            : lists.length > 0 &&
              lists.map(({ key, door }) => (
                <span key={door.to} style={{ marginInlineEnd: 10 }}>
                  <Door door={door}>{key}</Door>
                </span>
              ))}
        </Fact>
        <Fact name={t('broadcasts.recipients')}>
          {audience?.recipients && audience.recipients.length > 0 && <Named ids={audience.recipients} />}
        </Fact>
        <Fact name={t('broadcasts.file')}>{audience?.file && <FileFact id={audience.file} />}</Fact>
        <Fact name={t('broadcasts.people')}>
          {of.frozen && <Door door={doors.broadcastPeople(of.id)}>{of.people.toLocaleString()}</Door>}
        </Fact>
        <Fact name={t('broadcasts.reach')}>{estimate && reachText(estimate, t)}</Fact>
        <Fact name={t('broadcasts.cost')}>{estimate && estimate.people > 0 && priced(estimate.cost_micros)}</Fact>
        <Fact name={t('broadcasts.frozen_at')}>{of.frozen && <Time at={of.frozen.at} />}</Fact>
      </Facts>
      <Facts title={t('broadcasts.content')}>
        <Fact name={t('broadcasts.template')}>
          {of.template && <Door door={doors.template(of.template)}>{of.template}</Door>}
        </Fact>
        <Fact name={t('broadcasts.workflow')}>
          {of.workflow && <Door door={doors.workflow(of.workflow)}>{of.workflow}</Door>}
        </Fact>
        <Fact name={t('broadcasts.subject')}>{of.content?.title ?? of.content?.subject}</Fact>
        <Fact name={t('broadcasts.body')}>{words && <span style={{ whiteSpace: 'pre-wrap' }}>{words}</span>}</Fact>
        <Fact name={t('broadcasts.link')}>{of.content?.url}</Fact>
        <Fact name={t('broadcasts.data')}>{of.data && <code>{JSON.stringify(of.data)}</code>}</Fact>
        <Fact name={t('broadcasts.versions')}>
          {of.frozen?.pins.map(({ kind, key, version }) => `${key} v${version} (${kind})`).join(', ')}
        </Fact>
        <Fact name={t('broadcasts.hash')}>{of.hash && <Id id={of.hash} />}</Fact>
      </Facts>
      <Facts title={t('broadcasts.timing')}>
        <Fact name={t('broadcasts.channels')}>{of.channels?.map((channel) => t(`channel.${channel}`)).join(', ')}</Fact>
        <Fact name={t('broadcasts.category')}>
          {of.category && <Door door={doors.category(of.category)}>{of.category}</Door>}
        </Fact>
        <Fact name={t('broadcasts.priority')}>{of.priority && t(`priority.${of.priority}`)}</Fact>
        <Fact name={t('broadcasts.send_at')}>{startsText(of, t)}</Fact>
        <Fact name={t('broadcasts.per_second')}>{of.per_second || t('broadcasts.unlimited')}</Fact>
        <Fact name={t('broadcasts.window')}>{window && `${window.from}–${window.to} ${window.timezone}`}</Fact>
        <Fact name={t('broadcasts.submit_note')}>{of.note}</Fact>
      </Facts>
    </>
  )
}

/** Those who are named one by one; a long list is opened by its number. */
function Named({ ids }: { ids: string[] }) {
  const { t } = useTranslation()
  const list = ids.slice(0, namedMost).map((id, place) => (
    <span key={id}>
      {place > 0 && ', '}
      <Door door={doors.recipient(id)}>{id}</Door>
    </span>
  ))
  if (ids.length <= namedFew) return list
  return (
    <details>
      <summary>{ids.length.toLocaleString()}</summary>
      {list}
      {ids.length > namedMost && `, ${t('layouts.others', { count: ids.length - namedMost })}`}
    </details>
  )
}

/** The file of an audience, by its name and how many rows of it were taken. */
function FileFact({ id }: { id: string }) {
  const { t } = useTranslation()
  const file = useQuery(importQuery(id)).data
  if (!file) return <Id id={id} />
  return (
    <Door door={doors.recipientImport(id)}>
      {t('broadcasts.file_rows', { name: file.name, rows: file.stored.toLocaleString() })}
    </Door>
  )
}
