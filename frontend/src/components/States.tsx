import { Button, Skeleton } from '@mantine/core'
import { type Icon, IconCloudOff, IconLock, IconMapPinOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../lib/api'
import { errorSentence } from '../lib/sentences'
import { CopyButton } from './CopyButton'
import classes from './States.module.css'

interface StateProps {
  icon: Icon
  title: string
  text?: string
  children?: ReactNode
  /** It stands for the whole page, so its title is the page's. */
  page?: boolean
}

/** A place where content would be: what this is and what to do next. */
export function State({ icon: Glyph, title, text, children, page = false }: StateProps) {
  const Title = page ? 'h1' : 'p'
  return (
    <div className={classes.state}>
      <Glyph size={28} stroke={1.3} aria-hidden />
      <Title className={classes.title}>{title}</Title>
      {text && <p className={classes.text}>{text}</p>}
      {children && <div className={classes.next}>{children}</div>}
    </div>
  )
}

interface FailedProps {
  error: Error
  retry?: () => void
  page?: boolean
}

/** What went wrong, in a sentence, with the trace to quote and a way on. */
export function Failed({ error, retry, page = false }: FailedProps) {
  const { t } = useTranslation()
  const type = error instanceof ApiError ? error.type : undefined
  if (type === 'forbidden')
    return <State icon={IconLock} page={page} title={t('state.forbidden_title')} text={t('state.forbidden_text')} />
  if (type === 'not_found') {
    return (
      <State icon={IconMapPinOff} page={page} title={t('state.not_found_title')} text={t('state.not_found_text')} />
    )
  }
  const trace = error instanceof ApiError ? error.traceId : ''
  return (
    <div role="alert">
      <State icon={IconCloudOff} page={page} title={t('state.failed_title')} text={errorSentence(error, t)}>
        {retry && (
          <Button variant="default" onClick={retry}>
            {t('act.try_again')}
          </Button>
        )}
        {trace && (
          <span className={classes.trace}>
            {t('state.trace')} <code>{trace}</code>
            <CopyButton text={trace} label={t('act.copy_id', { id: trace })} />
          </span>
        )}
      </State>
    </div>
  )
}

/** Rows that are on their way. */
export function LoadingRows({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <div className={classes.rows} role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key, row) => (
        <Skeleton key={key} height={12} width={`${92 - ((row * 17) % 31)}%`} radius={3} />
      ))}
    </div>
  )
}
