import { Autocomplete, MultiSelect, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { channels, isOneOf } from '../../lib/words'
import type { Choices, Part } from './ScheduleForm'
import classes from './Schedules.module.css'
import { type Aim, dataOf, targetKinds } from './target'
import { kindWords } from './words'

type Props = Part & { choices: Choices | undefined }
type Fields = Props & { set: (part: Partial<Aim>) => void }

/** What a schedule causes, and for whom. */
export function TargetFields(part: Props) {
  const { t } = useTranslation()
  const { draft, change, fault, disabled } = part
  const { aim } = draft
  const set = (some: Partial<Aim>) => change({ aim: { ...aim, ...some } })
  const known = isOneOf(targetKinds, aim.kind)
  // A broadcast has an audience and data of its own.
  const addressed = known && aim.kind !== 'broadcast'
  return (
    <>
      <SegmentedControl
        aria-label={t('schedules.causes')}
        value={aim.kind}
        disabled={disabled}
        data={[...targetKinds, ...(known ? [] : [aim.kind])].map((value) => ({ value, label: kindWords(value, t) }))}
        onChange={(kind) => set({ kind })}
      />
      {aim.kind === 'event' && (
        <Autocomplete
          required
          label={t('schedules.event_type')}
          description={t('schedules.event_type_hint')}
          data={part.choices?.types ?? []}
          limit={20}
          value={aim.type}
          error={fault('target.type') ?? fault('target.kind')}
          disabled={disabled}
          onChange={(type) => set({ type })}
        />
      )}
      {aim.kind === 'notification' && <Words {...part} set={set} />}
      {aim.kind === 'broadcast' && (
        <Select
          required
          searchable
          label={t('schedules.broadcast')}
          description={t('schedules.broadcast_hint')}
          data={part.choices?.broadcasts ?? []}
          value={aim.broadcast || null}
          error={fault('target.broadcast') ?? fault('target.kind')}
          disabled={disabled}
          onChange={(broadcast) => set({ broadcast: broadcast ?? '' })}
        />
      )}
      {addressed && <People {...part} set={set} />}
      {addressed && (
        <Textarea
          label={t('schedules.data')}
          description={t('schedules.data_hint')}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: classes.code }}
          value={aim.data}
          error={dataOf(aim.data) === null ? t('schedules.data_faulty') : fault('target.data')}
          disabled={disabled}
          onChange={(event) => set({ data: event.currentTarget.value })}
        />
      )}
    </>
  )
}

function People({ draft: { aim }, fault, disabled, choices, set }: Fields) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        label={t('schedules.people')}
        description={t('schedules.people_hint')}
        value={aim.people}
        error={fault('target.to')}
        disabled={disabled}
        onChange={(event) => set({ people: event.currentTarget.value })}
      />
      <div className={classes.two}>
        {(['groups', 'segments'] as const).map((which) => (
          <MultiSelect
            key={which}
            label={which === 'groups' ? t('schedules.groups') : t('schedules.segments')}
            data={choices?.[which] ?? []}
            value={aim[which]}
            searchable
            disabled={disabled}
            onChange={(chosen) => set({ [which]: chosen })}
          />
        ))}
      </div>
    </>
  )
}

function Words({ draft: { aim }, fault, disabled, choices, set }: Fields) {
  const { t } = useTranslation()
  return (
    <>
      <SegmentedControl
        aria-label={t('schedules.words')}
        value={aim.words}
        disabled={disabled}
        data={(['template', 'content'] as const).map((value) => ({ value, label: t(`schedules.words_${value}`) }))}
        onChange={(words) => set({ words: words === 'content' ? 'content' : 'template' })}
      />
      {aim.words === 'template' ? (
        <Select
          label={t('schedules.template')}
          data={choices?.templates ?? []}
          value={aim.template || null}
          searchable
          error={fault('target.template') ?? fault('target.content')}
          disabled={disabled}
          onChange={(template) => set({ template: template ?? '' })}
        />
      ) : (
        <>
          <TextInput
            label={t('schedules.words_title')}
            value={aim.title}
            error={fault('target.content')}
            disabled={disabled}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <Textarea
            label={t('schedules.words_body')}
            autosize
            minRows={2}
            value={aim.body}
            disabled={disabled}
            onChange={(event) => set({ body: event.currentTarget.value })}
          />
        </>
      )}
      <div className={classes.two}>
        <MultiSelect
          label={t('schedules.channels')}
          data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
          value={aim.channels}
          error={fault('target.channels')}
          disabled={disabled}
          onChange={(chosen) => set({ channels: chosen.filter((each) => isOneOf(channels, each)) })}
        />
        <Select
          label={t('schedules.category')}
          data={choices?.categories ?? []}
          value={aim.category || null}
          clearable
          error={fault('target.category')}
          disabled={disabled}
          onChange={(category) => set({ category: category ?? '' })}
        />
      </div>
    </>
  )
}
