import { Button } from '@mantine/core'
import { IconCheck, IconCloudUp, IconCloudX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Elsewhere } from '../../components/form/Elsewhere'
import { ApiError } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import classes from './Builder.module.css'
import type { Editing } from './use-editing'

/** Whether what is written is kept, and what to do when it is not. */
export function SaveState({ editing }: { editing: Editing }) {
  const { t } = useTranslation()
  const { saving, readOnly } = editing
  if (readOnly) return null
  if (editing.elsewhere) return <Elsewhere onTake={() => void editing.reset()} />
  if (saving instanceof Error) {
    const isStale = saving instanceof ApiError && saving.type === 'conflict'
    return (
      <span className={classes.state} data-failed role="alert">
        <IconCloudX size={15} aria-hidden />
        {isStale ? t('workflows.stale') : errorSentence(saving, t)}
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            // What somebody else wrote stands; the editor starts from it.
            if (isStale) void editing.reset()
            else editing.change((draft) => ({ ...draft }))
          }}
        >
          {isStale ? t('workflows.load_theirs') : t('act.try_again')}
        </Button>
      </span>
    )
  }
  const Glyph = saving === 'saved' ? IconCheck : IconCloudUp
  return (
    <span className={classes.state} aria-live="polite">
      <Glyph size={15} aria-hidden />
      {saving === 'saved' ? t('workflows.saved') : t('workflows.saving')}
    </span>
  )
}
