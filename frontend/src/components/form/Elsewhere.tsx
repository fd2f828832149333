import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './Elsewhere.module.css'

/** Says that somebody else saved what is being written here, and offers theirs. */
export function Elsewhere({ onTake }: { onTake: () => void }) {
  const { t } = useTranslation()
  return (
    <span role="status" className={classes.notice}>
      {t('form.elsewhere')}
      <Button size="compact-xs" variant="default" onClick={onTake}>
        {t('form.theirs')}
      </Button>
    </span>
  )
}
