import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Elsewhere } from '../../components/form/Elsewhere'
import { errorSentence } from '../../lib/sentences'
import type { Standing } from './use-writing'

/** Whether the server has what is on the page. */
export function SaveMark({ draft }: { draft: Standing }) {
  const { t } = useTranslation()
  if (draft.readOnly) return <span className="dim">{t('templates.read_only')}</span>
  if (draft.elsewhere) return <Elsewhere onTake={() => void draft.reload()} />
  const trouble = draft.state === 'failed' || draft.state === 'conflict'
  return (
    <>
      <span
        role="status"
        className={trouble ? undefined : 'dim'}
        style={trouble ? { color: 'var(--bad)' } : undefined}
        title={draft.error && errorSentence(draft.error, t)}
      >
        {t(`templates.save_${draft.state}`)}
      </span>
      {draft.state === 'failed' && (
        <Button variant="default" onClick={() => void draft.save()}>
          {t('act.try_again')}
        </Button>
      )}
      {draft.state === 'conflict' && (
        <Button variant="default" onClick={() => void draft.reload()}>
          {t('templates.reload')}
        </Button>
      )}
    </>
  )
}
