import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { type PartKind, partsQuery } from './parts'
import classes from './TemplatePage.module.css'

/** Where a part stands: what changes when it goes live. */
export function Uses({ kind, of }: { kind: PartKind; of: string }) {
  const { t } = useTranslation()
  const part = useQuery(partsQuery(kind)).data?.find(({ key }) => key === of)
  const uses = part?.used_by ?? []
  const holders = part?.used_in ?? []
  return (
    <>
      <h3 className={classes.gap}>{t(`${kind}.used_by`)}</h3>
      {uses.length === 0 && <p className="dim">{t(`${kind}.unused`)}</p>}
      <ul className={classes.uses}>
        {uses.slice(0, 50).map((key) => (
          <li key={key}>
            <Link {...(doors.template(key) as { to: string })}>{key}</Link>
          </li>
        ))}
      </ul>
      {uses.length > 50 && <p className="dim">{t('layouts.others', { count: uses.length - 50 })}</p>}
      {holders.length > 0 && (
        <>
          <h3 className={classes.gap}>{t('partials.used_in')}</h3>
          <ul className={classes.uses}>
            {holders.map(({ kind: holder, key }) => (
              <li key={holder + key}>
                <Link {...(doors[holder](key) as { to: string })}>{key}</Link>{' '}
                <span className="dim">{t(`kind.${holder}`)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
