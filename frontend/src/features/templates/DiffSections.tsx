import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { DiffView } from '../../components/code/DiffView'
import { sectionLanguage, sectionName } from '../../lib/sections'
import { diffQuery, type Way } from './review'
import classes from './TemplatePage.module.css'

/** What differs between two versions, section by section. */
export function DiffSections({ way, from, to }: { way: Way; from: number; to: number }) {
  const { t } = useTranslation()
  const query = useQuery({ ...diffQuery(way, from, to), staleTime: 0 })
  const name = (version: number) => (version ? t('templates.version', { version }) : t('templates.nothing'))
  return (
    <Answered of={query}>
      {(sections) => {
        const changed = sections.filter((section) => section.changed)
        if (changed.length === 0) return <p className="dim">{t('templates.same')}</p>
        return changed.map(({ path, before, after }) => (
          <div key={path} className={classes.section}>
            <h3>{sectionName(path, t)}</h3>
            <DiffView
              label={sectionName(path, t)}
              before={before}
              after={after}
              beforeLabel={name(from)}
              afterLabel={name(to)}
              language={sectionLanguage(path)}
            />
          </div>
        ))
      }}
    </Answered>
  )
}
