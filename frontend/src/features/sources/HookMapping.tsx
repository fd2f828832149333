import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { FormFaults } from '../../lib/form-faults'
import classes from './Hook.module.css'
import type { Mapping } from './hook-api'
import { PairRows } from './PairRows'

interface Props {
  mapping: Mapping
  faults: FormFaults
  map: (part: Partial<Mapping>) => void
}

type Person = Mapping['to'][number]

/** What becomes of a payload: its type, who hears of it, and what they hear. */
export function HookMapping({ mapping, faults, map }: Props) {
  const { t } = useTranslation()
  return (
    <FormSection title={t('sources.hook_mapping')} intro={t('sources.hook_mapping_text')}>
      <TextInput
        label={t('sources.hook_type')}
        description={t('sources.hook_type_hint')}
        required
        value={mapping.type}
        error={faults.of('mapping.type')}
        onChange={(event) => map({ type: event.currentTarget.value })}
      />
      <PairRows
        label={t('sources.hook_types')}
        hint={t('sources.hook_types_hint')}
        from={t('sources.hook_types_from')}
        to={t('sources.hook_types_to')}
        value={mapping.types ?? {}}
        error={faults.of('mapping.types')}
        onChange={(types) => map({ types })}
      />
      <Recipient mapping={mapping} faults={faults} map={map} />
      <PairRows
        label={t('sources.hook_data')}
        hint={t('sources.hook_data_hint')}
        from={t('sources.hook_data_from')}
        to={t('sources.hook_data_to')}
        value={mapping.data ?? {}}
        error={faults.of('mapping.data')}
        onChange={(data) => map({ data })}
      />
      <TextInput
        label={t('sources.hook_key')}
        description={t('sources.hook_key_hint')}
        value={mapping.idempotency_key ?? ''}
        error={faults.of('mapping.idempotency_key')}
        onChange={(event) => map({ idempotency_key: event.currentTarget.value })}
      />
    </FormSection>
  )
}

/** The first recipient; further ones, set through the API, are left as they are. */
function Recipient({ mapping, faults, map }: Props) {
  const { t } = useTranslation()
  const [person = {}, ...others] = mapping.to
  const put = (part: Partial<Person>) => map({ to: [{ ...person, ...part }, ...others] })
  const fields: readonly [keyof Person, string][] = [
    ['id', t('sources.hook_id')],
    ['email', t('sources.hook_email')],
    ['phone', t('sources.hook_phone')],
    ['name', t('sources.hook_name')],
    ['locale', t('sources.hook_locale')],
    ['group', t('sources.hook_group')],
  ]
  return (
    <fieldset className={classes.pairs}>
      <legend>{t('sources.hook_to')}</legend>
      <p>{t('sources.hook_group_hint')}</p>
      <div className={classes.person}>
        {fields.map(([key, label]) => (
          <TextInput
            key={key}
            label={label}
            value={person[key] ?? ''}
            error={faults.of(`mapping.to[0].${key}`)}
            onChange={(event) => put({ [key]: event.currentTarget.value })}
          />
        ))}
      </div>
      {faults.of('mapping.to') && (
        <p role="alert" className={classes.fault}>
          {faults.of('mapping.to')}
        </p>
      )}
    </fieldset>
  )
}
