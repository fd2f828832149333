import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageFilter } from '../../lib/message-filter'
import { usePermission } from '../../lib/session'
import type { Scope } from './api'
import { DiscardDialog } from './DiscardDialog'
import classes from './Repair.module.css'
import { ReplayDialog } from './ReplayDialog'

interface Props {
  filter: MessageFilter
  selected: string[]
  onDone: () => void
}

/** What can be done about failures: for the chosen ones, or for all that match when none is chosen. */
export function Repair({ filter, selected, onDone }: Props) {
  const { t } = useTranslation()
  const mayAct = usePermission('deliveries:write')
  const [open, setOpen] = useState<'replay' | 'discard'>()
  const scope: Scope = selected.length > 0 ? { ids: selected } : { filter }
  const close = () => setOpen(undefined)
  const done = () => {
    close()
    onDone()
  }
  if (!mayAct) return null
  return (
    <div className={classes.bar}>
      <span aria-live="polite">
        {selected.length > 0 ? t('failures.selected', { count: selected.length }) : t('failures.all_matching')}
      </span>
      <Button variant="light" onClick={() => setOpen('replay')}>
        {t('failures.replay')}
      </Button>
      <Button variant="default" onClick={() => setOpen('discard')}>
        {t('failures.discard')}
      </Button>
      {open === 'replay' && <ReplayDialog scope={scope} onClose={close} onDone={done} />}
      {open === 'discard' && <DiscardDialog scope={scope} onClose={close} onDone={done} />}
    </div>
  )
}
