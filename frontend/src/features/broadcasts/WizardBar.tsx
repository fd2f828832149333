import { Button } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconCheck, IconCloudUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Elsewhere } from '../../components/form/Elsewhere'
import type { Step } from './steps'
import type { Writing } from './use-draft'
import classes from './Wizard.module.css'

interface Props {
  writing: Writing
  isNew: boolean
  onSave: () => void
  back: Step | undefined
  next: Step | undefined
  onGo: (step: Step) => void
}

/** Whether what is written is kept, and the ways to the step before and the one after. */
export function WizardBar({ writing, isNew, onSave, back, next, onGo }: Props) {
  const { t } = useTranslation()
  const { busy, dirty, elsewhere, follow, refused, whole } = writing
  return (
    <div className={classes.bar}>
      {elsewhere ? <Elsewhere onTake={follow} /> : <Standing writing={writing} isNew={isNew} />}
      {(isNew || (dirty && (elsewhere || refused))) && (
        <Button variant="default" disabled={!dirty || !whole || busy} onClick={onSave}>
          {isNew ? t('broadcasts.create') : t('form.save')}
        </Button>
      )}
      {back && (
        <Button variant="default" leftSection={<IconArrowLeft size={15} aria-hidden />} onClick={() => onGo(back)}>
          {t('broadcasts.back')}
        </Button>
      )}
      {next && (
        <Button type="submit" rightSection={<IconArrowRight size={15} aria-hidden />}>
          {t('broadcasts.next')}
        </Button>
      )}
    </div>
  )
}

/** Where the words on the page stand: only "Saved" means that the server has them. */
function Standing({ writing, isNew }: { writing: Writing; isNew: boolean }) {
  const { t } = useTranslation()
  const { busy, dirty, refused, whole } = writing
  const said = () => {
    if (busy) return t('broadcasts.saving')
    if (refused) return t('broadcasts.save_failed')
    if (dirty && !whole) return t('broadcasts.kept_here')
    if (isNew) return dirty ? t('broadcasts.kept_new') : ''
    return dirty ? t('broadcasts.saving') : t('broadcasts.saved')
  }
  const text = said()
  const Glyph = !isNew && !dirty && !busy ? IconCheck : IconCloudUp
  return (
    <span className={classes.standing} role="status" data-failed={refused}>
      {text && <Glyph size={15} aria-hidden />}
      {text}
    </span>
  )
}
