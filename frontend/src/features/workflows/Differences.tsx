import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { DiffView } from '../../components/code/DiffView'
import { sectionLanguage, sectionName } from '../../lib/sections'
import { diffQuery } from './api'
import classes from './Versions.module.css'

/** What differs between two versions, section by section. */
export function Differences({ workflow, from, to }: { workflow: string; from: number; to: number }) {
  const { t } = useTranslation()
  const query = useQuery(diffQuery(workflow, from, to))
  return (
    <Answered of={query}>
      {({ rows }) => {
        const changed = rows.filter((row) => row.changed)
        if (changed.length === 0) return <p className={classes.none}>{t('workflows.no_difference')}</p>
        return changed.map((row) => (
          <div key={row.path} className={classes.section}>
            <h3>{sectionName(row.path, t)}</h3>
            <DiffView
              label={sectionName(row.path, t)}
              before={row.before}
              after={row.after}
              beforeLabel={from > 0 ? `v${from}` : t('workflows.nothing_before')}
              afterLabel={`v${to}`}
              language={sectionLanguage(row.path)}
            />
          </div>
        ))
      }}
    </Answered>
  )
}
