import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import type { Broadcast } from './api'

/** When it begins, in words. */
export const startsText = (of: Broadcast, t: TFunction) =>
  of.send_at ? new Date(of.send_at).toLocaleString() : t('broadcasts.at_once')

/** What is sent to whom, by which ways and when: what an approver decides on. */
export function PlanFacts({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const { audience, window } = of
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
            : lists.map(({ key, door }) => (
                <span key={door.to} style={{ marginInlineEnd: 10 }}>
                  <Door door={door}>{key}</Door>
                </span>
              ))}
        </Fact>
        <Fact name={t('broadcasts.recipients')}>
          {audience?.recipients && audience.recipients.length > 0 ? audience.recipients.length.toLocaleString() : ''}
        </Fact>
        <Fact name={t('broadcasts.people')}>{of.frozen && of.people.toLocaleString()}</Fact>
        <Fact name={t('broadcasts.frozen_at')}>{of.frozen && <Time at={of.frozen.at} />}</Fact>
      </Facts>
      <Facts title={t('broadcasts.content')}>
        <Fact name={t('broadcasts.template')}>
          {of.template && <Door door={doors.template(of.template)}>{of.template}</Door>}
        </Fact>
        <Fact name={t('broadcasts.workflow')}>
          {of.workflow && <Door door={doors.workflow(of.workflow)}>{of.workflow}</Door>}
        </Fact>
        <Fact name={t('broadcasts.subject')}>{of.content?.title}</Fact>
        <Fact name={t('broadcasts.body')}>
          {of.content?.body && <span style={{ whiteSpace: 'pre-wrap' }}>{of.content.body}</span>}
        </Fact>
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
        <Fact name={t('broadcasts.send_at')}>{startsText(of, t)}</Fact>
        <Fact name={t('broadcasts.per_second')}>{of.per_second || t('broadcasts.unlimited')}</Fact>
        <Fact name={t('broadcasts.window')}>{window && `${window.from}–${window.to} ${window.timezone}`}</Fact>
        <Fact name={t('broadcasts.submit_note')}>{of.note}</Fact>
      </Facts>
    </>
  )
}
