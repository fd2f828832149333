import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { DiffView } from '../../components/code/DiffView'
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
            <h3>
              <code>{row.path}</code>
            </h3>
            <DiffView
              label={row.path}
              before={row.before}
              after={row.after}
              beforeLabel={from > 0 ? `v${from}` : '—'}
              afterLabel={`v${to}`}
              language={row.after.startsWith('{') ? 'json' : 'text'}
            />
          </div>
        ))
      }}
    </Answered>
  )
}
