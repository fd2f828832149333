import { Button, Modal, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { objectOf } from './DataJson'
import { partsQuery } from './parts'
import classes from './TemplatePage.module.css'
import type { Draft } from './use-draft'

/** What belongs to all channels: the layout of emails, the default language, the schema of the data. */
export function Settings({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const layouts = useQuery(partsQuery('layouts')).data ?? []
  const { input, change, readOnly } = draft
  const locales = [...new Set(Object.values(input.channels).flatMap((each) => Object.keys(each)))].sort()
  return (
    <>
      <h3 className={classes.gap}>{t('templates.settings')}</h3>
      <NativeSelect
        size="xs"
        mt={6}
        label={t('field.layout')}
        disabled={readOnly}
        value={input.layout ?? ''}
        data={[{ value: '', label: t('templates.no_layout') }, ...layouts.map(({ key }) => key)]}
        onChange={(event) => change({ ...input, layout: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        mt={6}
        label={t('field.default_locale')}
        disabled={readOnly}
        value={input.default_locale ?? 'en'}
        data={locales.length > 0 ? locales : ['en']}
        onChange={(event) => change({ ...input, default_locale: event.currentTarget.value })}
      />
      <SchemaDialog draft={draft} />
    </>
  )
}

function SchemaDialog({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [text, setText] = useState('')
  const schema = objectOf(text || '{}')
  return (
    <>
      <Button
        variant="default"
        mt={10}
        fullWidth
        onClick={() => {
          setText(draft.input.schema ? JSON.stringify(draft.input.schema, null, 2) : '')
          setOpened(true)
        }}
      >
        {t('templates.edit_schema')}
      </Button>
      <Modal
        size="lg"
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('field.schema')}
        closeButtonProps={{ 'aria-label': t('act.close') }}
      >
        <p className="dim">{t('templates.schema_hint')}</p>
        <CodeEditor
          label={t('field.schema')}
          language="json"
          value={text}
          onChange={setText}
          readOnly={draft.readOnly}
          minHeight="280px"
        />
        {!schema && <p role="alert">{t('templates.not_json')}</p>}
        <Button
          mt="md"
          disabled={!schema || draft.readOnly}
          onClick={() => {
            draft.change({ ...draft.input, schema: text.trim() === '' ? null : (schema as Record<string, never>) })
            setOpened(false)
          }}
        >
          {t('act.apply')}
        </Button>
      </Modal>
    </>
  )
}
