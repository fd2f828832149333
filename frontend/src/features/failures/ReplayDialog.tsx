import { Button, Group, Radio, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Dialog } from '../../components/Dialog'
import { LoadingRows } from '../../components/States'
import type { Schema } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { previewQuery, type Scope, type TemplateChoice, useReplay } from './api'
import classes from './ReplayDialog.module.css'

interface Props {
  scope: Scope
  onClose: () => void
  onDone: () => void
}

/** Shows what a replay would do before it can be done. */
export function ReplayDialog({ scope, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const [template, setTemplate] = useState<TemplateChoice>('original')
  const preview = useQuery(previewQuery(scope, template))
  const replay = useReplay()
  const count = preview.data?.would_send ?? 0
  const confirm = () =>
    replay.mutate(
      { scope, template },
      {
        // The answer counts what was put back, which may differ from the preview.
        onSuccess: (counts) => {
          sayDone(t('failures.replayed', { count: counts.would_send }))
          onDone()
        },
        onError: (error) => sayFailed(error, t),
      },
    )
  return (
    <Dialog opened onClose={onClose} title={t('failures.replay_title')}>
      <Stack gap={14}>
        <b>{scopeSentence(scope, t)}</b>
        <Radio.Group
          size="xs"
          label={t('failures.template')}
          value={template}
          onChange={(next) => setTemplate(next === 'current' ? 'current' : 'original')}
        >
          <Group gap={16} mt={6}>
            <Radio size="xs" value="original" label={t('failures.template_original')} />
            <Radio size="xs" value="current" label={t('failures.template_current')} />
          </Group>
        </Radio.Group>
        <Answered of={preview} loading={<LoadingRows rows={3} />}>
          {(counts) => <Counts counts={counts} />}
        </Answered>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button disabled={count === 0} loading={replay.isPending} onClick={confirm}>
            {count > 0 ? t('failures.replay_now', { count }) : t('failures.replay_none')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

export function scopeSentence(scope: Scope, t: TFunction): string {
  return 'ids' in scope ? t('failures.replay_scope', { count: scope.ids.length }) : t('failures.replay_scope_all')
}

const shown = ['selected', 'would_send', 'already_delivered', 'expired', 'suppressed'] as const

function Counts({ counts }: { counts: Schema['ReplayCounts'] }) {
  const { t } = useTranslation()
  return (
    <dl className={classes.counts}>
      {shown.map((name) => (
        <div key={name} data-main={name === 'would_send' || undefined}>
          {/* One key stands for all five: the compiler gives up on a union of keys that end in _count. */}
          <dt>{t(`failures.${name}_count` as 'failures.selected_count')}</dt>
          <dd>{counts[name]}</dd>
        </div>
      ))}
    </dl>
  )
}
