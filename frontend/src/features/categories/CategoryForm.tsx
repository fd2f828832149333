import { Radio, Stack, Switch, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { useFilled } from '../../lib/elsewhere'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { ambiguityPolicies } from '../../lib/words'
import { type Category, usePutCategory } from './api'
import { bodyOf, type Draft, draftOf } from './draft'
import { Names } from './Names'
import { Policy } from './Policy'
import { UsedBy } from './UsedBy'

/** A category as a form. Its key is for ever: workflows and preferences name it. */
export function CategoryForm({ found }: { found?: Category }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { draft, setDraft, dirty, discard: drop, theirs } = useFilled(draftOf(found?.category))
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const faults = useFormFaults([
    'key',
    'name',
    'ambiguity',
    'quiet_hours',
    'cadence',
    'frequency_cap.max',
    ...draft.names.map(({ locale }) => `names.${locale}`),
  ])
  const put = usePutCategory()
  const readOnly = !usePermission('content:write')
  const save = () =>
    put.mutate(
      { key: draft.key.trim(), body: bodyOf(draft) },
      {
        onError: faults.take,
        onSuccess: (saved) => {
          faults.take(null)
          setDraft(draftOf(saved))
          sayDone(t('categories.saved', { name: saved.name }))
          if (!found) void navigate({ to: `/categories/${encodeURIComponent(saved.key)}`, ignoreBlocker: true })
        },
      },
    )
  const discard = () => {
    drop()
    faults.take(null)
  }
  return (
    <FormPage
      dirty={!readOnly && dirty}
      busy={put.isPending}
      faults={faults}
      onSave={save}
      onDiscard={discard}
      theirs={theirs}
    >
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <FormSection title={t('categories.name')} intro={t('categories.name_intro')}>
          {!found && (
            <TextInput
              required
              label={t('column.key')}
              description={t('categories.key_hint')}
              value={draft.key}
              error={faults.of('key')}
              onChange={(event) => change({ key: event.currentTarget.value })}
            />
          )}
          <TextInput
            required
            label={t('column.name')}
            value={draft.name}
            error={faults.of('name')}
            onChange={(event) => {
              change({ name: event.currentTarget.value })
              faults.mend('name')
            }}
          />
          <Names names={draft.names} faults={faults} onChange={(names) => change({ names })} />
        </FormSection>
        <FormSection title={t('categories.choice')} intro={t('categories.choice_intro')}>
          <Switch
            label={t('categories.mandatory')}
            description={t('categories.mandatory_hint')}
            checked={draft.mandatory}
            onChange={(event) => change({ mandatory: event.currentTarget.checked })}
          />
        </FormSection>
        <Policy draft={draft} faults={faults} onChange={change} />
        <FormSection title={t('categories.ambiguity')} intro={t('categories.ambiguity_intro')}>
          <Radio.Group
            aria-label={t('categories.ambiguity')}
            value={draft.ambiguity}
            error={faults.of('ambiguity')}
            onChange={(ambiguity) => change({ ambiguity: ambiguity as Draft['ambiguity'] })}
          >
            <Stack gap={10}>
              {(['none', ...ambiguityPolicies] as const).map((value) => (
                <Radio
                  key={value}
                  size="xs"
                  value={value}
                  label={t(`ambiguity.${value}`)}
                  description={t(`ambiguity_hint.${value}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
        </FormSection>
      </fieldset>
      {found && <UsedBy workflows={found.workflows} category={found.category.key} />}
    </FormPage>
  )
}
