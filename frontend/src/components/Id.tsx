import { useTranslation } from 'react-i18next'
import type { Door as Target } from '../lib/doors'
import { CopyButton } from './CopyButton'
import { Door } from './Door'
import classes from './Id.module.css'

/** An id: shortened in the middle, whole on hover, copied whole, and a door where it has a page. */
export function Id({ id, door }: { id: string; door?: Target | undefined }) {
  const { t } = useTranslation()
  const text = (
    <code className={classes.id} title={id}>
      {shortId(id)}
    </code>
  )
  return (
    <span className={classes.wrap}>
      {door ? <Door door={door}>{text}</Door> : text}
      <CopyButton text={id} label={t('act.copy_id', { id })} />
    </span>
  )
}

/** Ids of one minute differ at the end only, so the end is what stays. */
export function shortId(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`
}
