import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { lastSaidQuery } from './api'
import classes from './RecipientPage.module.css'

/** What somebody said last about being written to, and the way to all of it. */
export function Said({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(lastSaidQuery(id))
  return (
    <section className="card" aria-labelledby="said">
      <div className={classes.head}>
        <h2 id="said">{t('consents.title')}</h2>
        <Door door={doors.consentsOf(id)}>{t('act.show_all')}</Door>
      </div>
      <Answered of={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className={classes.none}>{t('consents.nothing_said')}</p>
          ) : (
            <ul className={classes.said}>
              {rows.map(({ id: record, place, kind, source, at }) => (
                <li key={record}>
                  <Door door={doors.consent(place)}>{t(`consent_kind.${kind}`)}</Door>
                  <span className="dim">{t(`consent_source.${source}`)}</span>
                  <Time at={at} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  )
}
