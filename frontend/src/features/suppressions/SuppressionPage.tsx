import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
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
import { usePermission } from '../../lib/session'
import { type Suppression, suppressionQuery } from './api'
import { Ending } from './Ending'
import { LiftDialog } from './LiftDialog'
import { scopeWords } from './use-suppression-list'

export function SuppressionPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(suppressionQuery(id))
  return (
    <Answered of={query} page>
      {(suppression) => <Entry suppression={suppression} />}
    </Answered>
  )
}

function Entry({ suppression }: { suppression: Suppression }) {
  const { t } = useTranslation()
  const [lifting, setLifting] = useState(false)
  const mayWrite = usePermission('deliveries:write')
  const { id, channel, address, reason, detail, recipient_id: recipient, message_id: message } = suppression
  return (
    <>
      <PageHeader title={address} intro={suppression.ended ? t('suppressions.ended') : t(`suppression_hint.${reason}`)}>
        <CurlButton path={`/v1/suppressions/${id}`} />
        {mayWrite && !suppression.ended && (
          <Button color="red" variant="light" onClick={() => setLifting(true)}>
            {t('suppressions.lift')}
          </Button>
        )}
      </PageHeader>
      <div style={{ maxWidth: 640 }}>
        <Facts title={t('suppressions.facts')}>
          <Fact name={t('column.channel')}>
            <ChannelLabel channel={channel} />
          </Fact>
          <Fact name={t('suppressions.reason')}>{t(`suppression_reason.${reason}`)}</Fact>
          <Fact name={t('suppressions.scope')}>{scopeWords(suppression.scope, t)}</Fact>
          <Fact name={t('suppressions.detail')}>{detail}</Fact>
          <Fact name={t('column.recipient')}>
            {recipient && <Door door={doors.recipient(recipient)}>{recipient}</Door>}
          </Fact>
          <Fact name={t('suppressions.message')}>{message && <Id id={message} door={doors.message(message)} />}</Fact>
          <Fact name={t('suppressions.until')}>
            {suppression.expires_at ? <Time at={suppression.expires_at} /> : t('suppressions.for_good')}
          </Fact>
          <Fact name={t('column.created')}>
            <Time at={suppression.created_at} />
          </Fact>
          <Fact name={t('column.id')}>
            <Id id={id} />
          </Fact>
        </Facts>
        {suppression.ending && <Ending ending={suppression.ending} />}
      </div>
      {lifting && <LiftDialog suppression={suppression} onClose={() => setLifting(false)} />}
    </>
  )
}
