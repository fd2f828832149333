import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { groupsOfQuery, segmentsOfQuery } from './api'
import classes from './RecipientPage.module.css'

/** The groups somebody is in. */
export function Groups({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(groupsOfQuery(id))
  return (
    <section className={`card ${classes.section}`} aria-labelledby="groups">
      <h2 id="groups">{t('groups.title')}</h2>
      <Answered of={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className={classes.dim}>{t('recipients.no_groups')}</p>
          ) : (
            <div className={classes.tags}>
              {rows.map(({ key, name }) => (
                <Door key={key} door={doors.group(key)}>
                  {name}
                </Door>
              ))}
            </div>
          )
        }
      </Answered>
    </section>
  )
}

/** The segments somebody fits now. Each is a door to why. */
export function Segments({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(segmentsOfQuery(id))
  return (
    <section className={`card ${classes.section}`} aria-labelledby="segments">
      <h2 id="segments">{t('segments.title')}</h2>
      <Answered of={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className={classes.dim}>{t('recipients.no_segments')}</p>
          ) : (
            <div className={classes.tags}>
              {rows.map(({ key, name }) => (
                <Door key={key} door={{ ...doors.segment(key), search: { recipient: id } }}>
                  {name}
                </Door>
              ))}
            </div>
          )
        }
      </Answered>
    </section>
  )
}
