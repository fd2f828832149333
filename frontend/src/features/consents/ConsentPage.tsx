import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { CurlButton } from '../../components/CurlButton'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { PageHeader } from '../../components/PageHeader'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { channels, isOneOf } from '../../lib/words'
import { type ConsentEntry, consentQuery } from './api'
import { changeText } from './changes'

/** One record of the consent log, with what proves it. */
export function ConsentPage() {
  const { place } = useParams({ strict: false }) as { place: string }
  const query = useQuery(consentQuery(place))
  return (
    <Answered of={query} page>
      {(entry) => <Entry entry={entry} />}
    </Answered>
  )
}

function Entry({ entry }: { entry: ConsentEntry }) {
  const { t } = useTranslation()
  const { place, channel, message_id: message, recipient } = entry
  return (
    <>
      <PageHeader
        title={t(`consent_kind.${entry.kind}`)}
        intro={entry.erased ? t('consents.erased_intro') : t('consents.record', { place })}
      >
        <CurlButton path={`/v1/consents/${place}`} />
      </PageHeader>
      <div style={{ maxWidth: 720 }}>
        <Facts title={t('consents.facts')}>
          <Fact name={t('column.recipient')}>
            {recipient && <Door door={doors.recipient(recipient)}>{recipient}</Door>}
          </Fact>
          <Fact name={t('column.created')}>
            <Time at={entry.at} />
          </Fact>
          <Fact name={t('consents.source')}>{t(`consent_source.${entry.source}`)}</Fact>
          <Fact name={t('consents.actor')}>{entry.actor && (entry.actor_name || <Id id={entry.actor} />)}</Fact>
          <Fact name={t('consents.message')}>{message && <Id id={message} door={doors.message(message)} />}</Fact>
          <Fact name={t('column.channel')}>
            {channel && isOneOf(channels, channel) && <ChannelLabel channel={channel} />}
          </Fact>
          <Fact name={t('consents.category')}>{entry.category}</Fact>
          <Fact name={t('column.address')}>{entry.address}</Fact>
          <Fact name={t('consents.wording')}>{entry.wording}</Fact>
          <Fact name={t('consents.locale')}>{entry.locale}</Fact>
          <Fact name={t('consents.device')}>{[entry.device, entry.network].filter(Boolean).join(' · ')}</Fact>
          <Fact name={t('consents.changes')}>
            {entry.changes?.map((change) => (
              <div key={change.path}>
                <code>{changeText(change)}</code>
              </div>
            ))}
          </Fact>
        </Facts>
        <Facts title={t('consents.proof')}>
          <Fact name={t('consents.place')}>{place}</Fact>
          <Fact name={t('consents.seal')}>
            <code style={{ overflowWrap: 'anywhere' }}>{entry.seal}</code>
          </Fact>
          <Fact name={t('consents.hash')}>
            <code style={{ overflowWrap: 'anywhere' }}>{entry.hash}</code>
          </Fact>
          <Fact name={t('column.id')}>
            <Id id={entry.id} />
          </Fact>
        </Facts>
      </div>
    </>
  )
}
