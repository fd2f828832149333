import { SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Part } from './part'
import { dataOf, type Kind } from './plan'
import classes from './Wizard.module.css'

const kinds: Kind[] = ['template', 'content', 'workflow']

/** What a broadcast says. */
export function ContentFields({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { draft, change, choices, faultOf } = part
  return (
    <div className={`card ${classes.fields}`}>
      <SegmentedControl
        aria-label={t('broadcasts.kind')}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as Kind })}
        data={kinds.map((value) => ({ value, label: t(`broadcasts.kind_${value}`) }))}
      />
      {draft.kind === 'template' && (
        <Select
          id="broadcast-template"
          label={t('broadcasts.template')}
          data={choices.templates}
          value={draft.template || null}
          searchable
          error={faultOf('template') ?? faultOf('content')}
          onChange={(template) => change({ template: template ?? '' })}
        />
      )}
      {draft.kind === 'workflow' && (
        <Select
          id="broadcast-workflow"
          label={t('broadcasts.workflow')}
          description={t('broadcasts.workflow_hint')}
          data={choices.workflows}
          value={draft.workflow || null}
          searchable
          error={faultOf('workflow')}
          onChange={(workflow) => change({ workflow: workflow ?? '' })}
        />
      )}
      {draft.kind === 'content' && <Words part={part} />}
      {draft.kind !== 'content' && (
        <Textarea
          id="broadcast-data"
          label={t('broadcasts.data')}
          description={t('broadcasts.data_hint')}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={draft.data}
          error={dataOf(draft.data) === null ? t('broadcasts.data_faulty') : faultOf('data')}
          onChange={(event) => change({ data: event.currentTarget.value })}
        />
      )}
    </div>
  )
}

function Words({ part: { draft, change, faultOf } }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        id="broadcast-content"
        label={t('broadcasts.subject')}
        value={draft.subject}
        error={faultOf('content')}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <Textarea
        label={t('broadcasts.body')}
        autosize
        minRows={3}
        value={draft.body}
        onChange={(event) => change({ body: event.currentTarget.value })}
      />
      <TextInput
        label={t('broadcasts.link')}
        value={draft.url}
        onChange={(event) => change({ url: event.currentTarget.value })}
      />
    </>
  )
}
