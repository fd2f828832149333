import type { Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Step } from './draft'
import classes from './Steps.module.css'

/** The name of a kind of step that acts over time, with its sign. */
export function KindLabel({ kind, icon: Glyph }: { kind: Exclude<Step['kind'], 'channel'>; icon: Icon }) {
  const { t } = useTranslation()
  return (
    <span className={classes.title}>
      <Glyph size={15} stroke={1.6} aria-hidden />
      {t(`workflows.kind_${kind}`)}
    </span>
  )
}
