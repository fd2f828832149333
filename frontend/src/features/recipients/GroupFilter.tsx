import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { api, unwrapPage } from '../../lib/api'
import { useSearchWords } from '../../lib/use-search'

/** The group a recipient is in: the first two hundred, and the one that is chosen. */
export function GroupFilter() {
  const { t } = useTranslation()
  const [{ group: chosen }] = useSearchWords()
  const groups = useQuery({
    queryKey: ['groups', 'choices'],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/groups', { params: { query: { limit: 200 } }, signal })),
  })
  const choices = (groups.data?.rows ?? []).map(({ key, name }) => ({ value: key, label: name }))
  if (chosen && !choices.some(({ value }) => value === chosen)) choices.unshift({ value: chosen, label: chosen })
  return <PickFilter word="group" label={t('filter.group')} any={t('recipients.any_group')} choices={choices} />
}
