import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Fault, faultsBelow } from './draft'
import classes from './Panels.module.css'
import { SettingsPanel } from './SettingsPanel'
import { StepPanel } from './StepPanel'
import { TestPanel } from './TestPanel'
import { TriggerPanel } from './TriggerPanel'
import type { Editing } from './use-editing'

interface Props {
  editing: Editing
  faults: Fault[]
  doubts: Fault[]
}

/** Beside the flow: what the open part says, the workflow's settings, or a try. */
export function SidePanel({ editing, faults, doubts }: Props) {
  const { t } = useTranslation()
  const [tab, setTab] = useState<'part' | 'settings' | 'test'>('part')
  const { draft, selected } = editing
  const place = draft.steps.findIndex((step) => step.uid === selected)
  const step = draft.steps[place]
  const [shown, setShown] = useState(selected)
  if (shown !== selected) {
    // A part that is opened in the flow is shown, whatever was shown before.
    setShown(selected)
    setTab('part')
  }
  return (
    <aside className={`card ${classes.side}`} aria-label={t('workflows.panel')}>
      <SegmentedControl
        fullWidth
        size="xs"
        value={tab}
        onChange={(next) => setTab(next as typeof tab)}
        data={[
          { value: 'part', label: step ? t('workflows.tab_step') : t('workflows.trigger') },
          { value: 'settings', label: t('workflows.tab_settings') },
          { value: 'test', label: t('workflows.tab_test') },
        ]}
      />
      {tab === 'part' && step && (
        <StepPanel
          key={step.uid}
          editing={editing}
          step={step}
          place={place}
          faults={faultsBelow(faults, `steps[${place}]`)}
          doubts={faultsBelow(doubts, `steps[${place}]`)}
        />
      )}
      {tab === 'part' && !step && <TriggerPanel editing={editing} faults={faults} />}
      {tab === 'settings' && <SettingsPanel editing={editing} faults={faults} />}
      {tab === 'test' && <TestPanel editing={editing} />}
    </aside>
  )
}
