import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { FormSection } from '../../components/form/FormPage'
import { doors } from '../../lib/doors'
import type { Category } from './api'

/** The workflows of a category, and the way to their messages. */
export function UsedBy({ workflows, category }: { workflows: Category['workflows']; category: string }) {
  const { t } = useTranslation()
  return (
    <FormSection title={t('categories.used_by')} intro={t('categories.used_by_intro')}>
      {workflows.length === 0 && <span className="dim">{t('categories.used_by_none')}</span>}
      {workflows.map(({ key, name }) => (
        <div key={key}>
          <Door door={doors.workflow(key)}>{name || key}</Door> <code className="dim">{key}</code>
        </div>
      ))}
      <Door door={doors.messages({ category })}>{t('categories.messages')}</Door>
    </FormSection>
  )
}
