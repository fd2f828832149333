import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './Table.module.css'

interface Props {
  text: string
  hasMore: boolean
  loading: boolean
  onMore: () => void
}

/** The end of what is shown of a list, and the way to more. */
export function ListFoot({ text, hasMore, loading, onMore }: Props) {
  const { t } = useTranslation()
  return (
    <div className={classes.foot}>
      <span>{text}</span>
      {hasMore && (
        <Button variant="default" loading={loading} onClick={onMore}>
          {t('act.load_more')}
        </Button>
      )}
    </div>
  )
}
