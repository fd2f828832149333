import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/PageHeader'
import { ScheduleForm } from './ScheduleForm'

/** A schedule that is not there yet. */
export function NewSchedulePage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('schedules.new')} intro={t('schedules.new_intro')} />
      <ScheduleForm />
    </>
  )
}
