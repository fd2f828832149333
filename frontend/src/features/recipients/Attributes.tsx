import { Button } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { AttributeValue } from './AttributeValue'
import { type Recipient, useSaveProfile } from './api'
import { kindOf } from './attribute-kind'
import classes from './RecipientPage.module.css'
import { readObject } from './read-object'

/** What templates and conditions may know about somebody. */
export function Attributes({ recipient, mayWrite }: { recipient: Recipient; mayWrite: boolean }) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  return (
    <section className={`card ${classes.section}`} aria-labelledby="attributes">
      <div className={classes.plain}>
        <h2 id="attributes">{t('recipients.attributes')}</h2>
        {mayWrite && (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconPencil size={13} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            {t('recipients.edit')}
          </Button>
        )}
      </div>
      {recipient.data && Object.keys(recipient.data).length > 0 ? (
        <dl className={classes.attributes}>
          {Object.entries(recipient.data).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <AttributeValue value={value} />
              </dd>
              <dd className={classes.kind}>{kindText(value, t)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className={classes.dim}>{t('recipients.no_attributes')}</p>
      )}
      {editing && <EditDialog recipient={recipient} onClose={() => setEditing(false)} />}
    </section>
  )
}

function kindText(value: unknown, t: TFunction): string {
  const kind = kindOf(value)
  return kind === 'none' ? '' : t(`recipients.kind_${kind}`)
}

const shown = ['data']

function EditDialog({ recipient, onClose }: { recipient: Recipient; onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(JSON.stringify(recipient.data ?? {}, null, 2))
  const faults = useFormFaults(shown)
  const save = useSaveProfile(recipient)
  const { data, at } = readObject(text)
  const where = at ? ` ${t('recipients.attributes_place', { ...at })}` : ''
  const fault = data ? undefined : t('recipients.attributes_fault') + where
  const submit = () =>
    save.mutate(
      { data: data ?? {} },
      {
        onError: faults.take,
        onSuccess: () => {
          sayDone(t('recipients.attributes_saved'))
          onClose()
        },
      },
    )
  return (
    <ModalForm
      title={t('recipients.attributes')}
      submit={t('form.save')}
      busy={save.isPending}
      faults={faults}
      disabled={data === undefined}
      size="lg"
      onClose={onClose}
      onSubmit={submit}
    >
      <p className={classes.dim}>{t('recipients.attributes_intro')}</p>
      <CodeEditor
        label={t('recipients.attributes')}
        language="json"
        minHeight="180px"
        maxHeight="50vh"
        value={text}
        faults={at && fault ? [{ ...at, message: fault }] : []}
        onChange={(next) => {
          setText(next)
          faults.mend('data')
        }}
      />
      <p className={classes.fault} aria-live="polite">
        {faults.of('data') ?? fault}
      </p>
    </ModalForm>
  )
}
