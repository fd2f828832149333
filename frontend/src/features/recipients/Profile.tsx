import { Button } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Fact, Facts } from '../../components/Facts'
import { ModalForm } from '../../components/form/ModalForm'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import { useFormFaults } from '../../lib/form-faults'
import { languageName } from '../../lib/names'
import { sayDone } from '../../lib/notify'
import { type Recipient, useSaveProfile } from './api'
import { PersonFields } from './PersonFields'
import classes from './RecipientPage.module.css'

/** Who somebody is: a name, a language, a time zone. */
export function Profile({ recipient, mayWrite }: { recipient: Recipient; mayWrite: boolean }) {
  const { t, i18n } = useTranslation()
  const [editing, setEditing] = useState(false)
  return (
    <div className={classes.profile}>
      <Facts title={t('recipients.profile')}>
        <Fact name={t('column.id')}>
          <Id id={recipient.id} />
        </Fact>
        <Fact name={t('column.name')}>{recipient.name}</Fact>
        <Fact name={t('recipients.locale')}>{languageName(recipient.locale, i18n.language)}</Fact>
        <Fact name={t('recipients.timezone')}>{recipient.timezone}</Fact>
        <Fact name={t('column.created')}>
          <Time at={recipient.created_at} />
        </Fact>
        <Fact name={t('recipients.updated')}>
          <Time at={recipient.updated_at} />
        </Fact>
        <Fact name={t('recipients.erased')}>{recipient.erased_at && <Time at={recipient.erased_at} />}</Fact>
      </Facts>
      {mayWrite && (
        <Button
          className={classes.corner}
          variant="default"
          size="compact-xs"
          leftSection={<IconPencil size={13} aria-hidden />}
          onClick={() => setEditing(true)}
        >
          {t('recipients.edit')}
        </Button>
      )}
      {editing && <EditDialog recipient={recipient} onClose={() => setEditing(false)} />}
    </div>
  )
}

const shown = ['name', 'locale', 'timezone']

function EditDialog({ recipient, onClose }: { recipient: Recipient; onClose: () => void }) {
  const { t } = useTranslation()
  const [person, setPerson] = useState({
    name: recipient.name,
    locale: recipient.locale,
    timezone: recipient.timezone,
  })
  const faults = useFormFaults(shown)
  const save = useSaveProfile(recipient)
  const submit = () =>
    save.mutate(person, {
      onError: faults.take,
      onSuccess: (saved) => {
        sayDone(t('recipients.saved', { name: saved.name || saved.id }))
        onClose()
      },
    })
  return (
    <ModalForm
      title={t('recipients.edit_title')}
      submit={t('form.save')}
      busy={save.isPending}
      faults={faults}
      onClose={onClose}
      onSubmit={submit}
    >
      <PersonFields
        value={person}
        faults={faults}
        onChange={(part) => {
          setPerson((now) => ({ ...now, ...part }))
          for (const path of Object.keys(part)) faults.mend(path)
        }}
      />
    </ModalForm>
  )
}
