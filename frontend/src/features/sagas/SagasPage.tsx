import { IconRoute } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import { Id } from '../../components/Id'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { SagaStateChip } from '../../components/saga/SagaStateChip'
import { faultText, knownSagas, sagaName, stepName } from '../../components/saga/step-words'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { type Saga, type SagaFilter, sagaList, sagaStates } from '../../lib/sagas'
import type { Search } from '../../lib/search'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'

const kind: RowKind<Saga> = { id: (row) => row.id, door: (row) => doors.saga(row.id), label: (row) => row.title }

/** Work of several steps: what runs, what waits, and what had to be taken back. */
export function SagasPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const source = useMemo(() => sagaList(filterOf(search)), [search])
  const columns = useMemo(() => columnsOf(t), [t])
  return (
    <ListPage
      title={t('sagas.title')}
      intro={t('sagas.intro')}
      caption={t('sagas.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={
        <>
          <SearchFilter placeholder={t('sagas.search_placeholder')} />
          <PickFilter
            word="state"
            label={t('filter.status')}
            any={t('filter.any_status')}
            choices={sagaStates.map((state) => ({ value: state, label: t(`sagas.state_${state}`) }))}
          />
          <PickFilter
            word="name"
            label={t('sagas.sort')}
            any={t('sagas.any_sort')}
            choices={knownSagas.map((name) => ({ value: name, label: t(`sagas.name_${name}`) }))}
          />
          <TimeFilter
            from={search.from}
            to={search.to}
            onChange={(from, to) => setSearch({ ...search, from: from ?? '', to: to ?? '' })}
          />
        </>
      }
      nothing={{
        icon: IconRoute,
        title: t('sagas.empty'),
        text: t('sagas.empty_text'),
        noMatch: t('sagas.none_match'),
        noMatchText: t('sagas.none_match_text'),
      }}
    />
  )
}

function filterOf(search: Search): SagaFilter {
  const filter: SagaFilter = {}
  if (search.state && isOneOf(sagaStates, search.state)) filter.state = [search.state]
  for (const word of ['name', 'q', 'from', 'to'] as const) {
    if (search[word]) filter[word] = search[word]
  }
  return filter
}

const columnsOf = (t: TFunction): Column<Saga>[] => [
  {
    key: 'state',
    name: t('column.status'),
    width: 170,
    cell: (row) => <SagaStateChip state={row.state} />,
    csv: (row) => row.state,
  },
  {
    key: 'title',
    name: t('sagas.about'),
    width: 150,
    lead: true,
    cell: (row) => row.title || row.ref,
    csv: (row) => row.title,
  },
  { key: 'name', name: t('sagas.sort'), width: 120, cell: (row) => sagaName(row, t), csv: (row) => row.name },
  {
    key: 'step',
    name: t('sagas.at_step'),
    width: 170,
    wide: true,
    cell: (row) => row.step && stepName(row.step, t),
    csv: (row) => row.step,
  },
  { key: 'fault', name: t('sagas.fault'), dim: true, cell: (row) => faultText(row.fault, t), csv: (row) => row.fault },
  {
    key: 'id',
    name: t('column.id'),
    width: 180,
    wide: true,
    dim: true,
    above: true,
    cell: (row) => <Id id={row.id} />,
    csv: (row) => row.id,
  },
  {
    key: 'created',
    name: t('column.created'),
    width: 130,
    right: true,
    dim: true,
    above: true,
    cell: (row) => <Time at={row.created_at} />,
    csv: (row) => row.created_at,
  },
]
