import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchWords } from '../../lib/use-search'
import classes from './FilterBar.module.css'
import { ViewsMenu } from './ViewsMenu'

/** The controls of a list's filter, in one row, and the way back to no filter. */
export function FilterBar({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  return (
    <section className={classes.bar} aria-label={t('filter.label')}>
      <ViewsMenu />
      {children}
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" color="gray" c="var(--text-dim)" onClick={() => setSearch({})}>
          {t('act.clear_all')}
        </Button>
      )}
    </section>
  )
}
