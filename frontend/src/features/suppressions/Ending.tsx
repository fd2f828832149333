import { useTranslation } from 'react-i18next'
import { Fact, Facts } from '../../components/Facts'
import { Time } from '../../components/Time'
import type { Suppression } from './api'

/** How an entry ended, when, by whom and why. */
export function Ending({ ending }: { ending: NonNullable<Suppression['ending']> }) {
  const { t } = useTranslation()
  return (
    <Facts title={t('suppressions.ending')}>
      <Fact name={t('suppressions.how')}>{t(`suppression_end.${ending.how}`)}</Fact>
      <Fact name={t('suppressions.ended_at')}>
        <Time at={ending.at} />
      </Fact>
      <Fact name={t('suppressions.by')}>{ending.by}</Fact>
      <Fact name={t('suppressions.why')}>{ending.why}</Fact>
    </Facts>
  )
}
