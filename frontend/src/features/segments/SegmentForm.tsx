import { Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ConditionKit, ConditionTree } from '../../components/conditions/ConditionTree'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Segment, usePutSegment } from './api'
import { Preview } from './Preview'
import { RuleRow } from './RuleRow'
import { belowRule, closeRule, conditionOn, openRule, type Rule, rootOf } from './rule'
import { useKnown } from './use-known'
import { usePreview } from './use-preview'

interface Draft {
  key: string
  name: string
  description: string
  rule: Rule
}

const draftOf = (segment?: Segment): Draft => ({
  key: segment?.key ?? '',
  name: segment?.name ?? '',
  description: segment?.description ?? '',
  rule: segment ? closeRule(rootOf(segment.rule)) : { all: [conditionOn('locale')] },
})

const shown = ['key', 'name', 'description']

/** A segment while it is being written: its words, its rule, and who fits it so far. */
export function SegmentForm({ segment }: { segment?: Segment }) {
  const { t } = useTranslation()
  const before = useMemo(() => draftOf(segment), [segment])
  const [draft, setDraft] = useState(before)
  const [base, setBase] = useState(before)
  const put = usePutSegment()
  const navigate = useNavigate()
  const faults = useFormFaults(shown)
  const readOnly = !usePermission('recipients:write')
  const preview = usePreview(draft.rule)
  const known = useKnown()
  const dirty = JSON.stringify(draft) !== JSON.stringify(base)
  // Somebody else saved meanwhile: an untouched form follows, a touched one offers it.
  const moved = JSON.stringify(before) !== JSON.stringify(base)
  const follow = (next: Draft) => {
    setBase(next)
    setDraft(next)
  }
  if (moved && !dirty && !put.isPending) follow(before)
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    for (const name of Object.keys(part)) faults.mend(name)
  }
  const save = () =>
    put.mutate(draft, {
      onError: faults.take,
      onSuccess: (saved) => {
        faults.take(null)
        follow(draftOf(saved))
        sayDone(t('segments.saved', { name: saved.name }))
        if (!segment) void navigate({ to: doors.segment(saved.key).to, ignoreBlocker: true })
      },
    })
  const { faultAt } = preview
  const kit = useMemo(
    (): ConditionKit<Rule> => ({
      modes: ['all', 'any', 'none'],
      deepest: 4,
      fresh: () => conditionOn('locale'),
      open: openRule,
      close: closeRule,
      below: belowRule,
      faultAt,
      row: (props) => <RuleRow {...props} known={known} faultAt={faultAt} />,
    }),
    [known, faultAt],
  )
  const group = rootOf(draft.rule)
  return (
    <FormPage
      dirty={dirty && !readOnly}
      busy={put.isPending}
      faults={faults}
      onSave={save}
      onDiscard={() => follow(before)}
      theirs={moved && dirty && !put.isPending ? () => follow(before) : undefined}
    >
      <FormSection title={t('segments.words')} intro={t('segments.words_intro')}>
        {!segment && (
          <TextInput
            required
            label={t('column.key')}
            description={t('segments.key_hint')}
            value={draft.key}
            error={faults.of('key')}
            onChange={(event) => change({ key: event.currentTarget.value.trim() })}
          />
        )}
        <TextInput
          label={t('column.name')}
          value={draft.name}
          readOnly={readOnly}
          error={faults.of('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t('segments.description')}
          autosize
          minRows={1}
          value={draft.description}
          readOnly={readOnly}
          error={faults.of('description')}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </FormSection>
      <FormSection title={t('segments.rule')} intro={t('segments.rule_intro')}>
        <ConditionTree
          kit={kit}
          group={group}
          path={belowRule('rule', group)}
          disabled={readOnly}
          onChange={(next) => change({ rule: closeRule(next) })}
        />
        <Preview preview={preview} />
      </FormSection>
    </FormPage>
  )
}
