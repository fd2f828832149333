import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import type { ApiKey } from './api'

export function KeyFacts({ of: key }: { of: ApiKey }) {
  const { t } = useTranslation()
  const { replaced_by: next } = key
  return (
    <div style={{ maxWidth: 640 }}>
      <Facts title={t('apikeys.facts')}>
        <Fact name={t('apikeys.prefix')}>
          <code>{key.prefix}…</code>
        </Fact>
        <Fact name={t('column.source')}>
          <Door door={doors.source(key.source)}>{key.source}</Door>
        </Fact>
        <Fact name={t('apikeys.scopes')}>
          {key.scopes.map((scope) => (
            <div key={scope}>
              {t(`scope.${scope}`)} <code className="dim">{scope}</code>
            </div>
          ))}
        </Fact>
        <Fact name={t('apikeys.rate')}>{key.rate_limit || t('apikeys.rate_default')}</Fact>
        <Fact name={t('apikeys.signed')}>{key.require_signature ? t('apikeys.yes') : t('apikeys.no')}</Fact>
        <Fact name={t('apikeys.last_used')}>
          {key.last_used_at ? <Time at={key.last_used_at} /> : t('apikeys.never_used')}
        </Fact>
        <Fact name={t('apikeys.expires')}>{key.expires_at ? <Time at={key.expires_at} /> : t('apikeys.never')}</Fact>
        <Fact name={t('apikeys.revoked_at')}>{key.revoked_at && <Time at={key.revoked_at} />}</Fact>
        <Fact name={t('apikeys.replaced_by')}>{next && <Id id={next} door={doors.apiKey(next)} />}</Fact>
        <Fact name={t('column.created')}>
          <Time at={key.created_at} />
        </Fact>
        <Fact name={t('column.id')}>
          <Id id={key.id} />
        </Fact>
      </Facts>
    </div>
  )
}
