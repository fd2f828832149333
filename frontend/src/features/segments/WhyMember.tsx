import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { VerdictTree } from '../../components/conditions/VerdictTree'
import { errorSentence } from '../../lib/sentences'
import { useSearchWords } from '../../lib/use-search'
import { membershipQuery, peopleQuery } from './api'
import classes from './Sections.module.css'

/** Whether somebody is in the segment, and why: condition by condition. Who it is about is kept in the address bar. */
export function WhyMember({ segment }: { segment: string }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const person = search.recipient ?? ''
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text, 250)
  const people = useQuery({ ...peopleQuery(q), placeholderData: keepPreviousData }).data
  const query = useQuery(membershipQuery(segment, person))
  const found = (people?.rows ?? []).map(({ id, name }) => ({ value: id, label: name ? `${name} (${id})` : id }))
  if (person && !found.some(({ value }) => value === person)) found.unshift({ value: person, label: person })
  return (
    <section className={`card ${classes.section}`} aria-labelledby="why">
      <h2 id="why">{t('segments.why')}</h2>
      <p className={classes.dim}>{t('segments.why_intro')}</p>
      <Select
        className={classes.pick ?? ''}
        aria-label={t('segments.why_person')}
        placeholder={t('recipients.search_placeholder')}
        searchable
        clearable
        value={person || null}
        data={found}
        // The server searched already.
        filter={({ options }) => options}
        nothingFoundMessage={t('segments.nobody_found')}
        onSearchChange={setText}
        onChange={(id) => setSearch({ ...search, recipient: id ?? '' }, { replace: true })}
      />
      <div aria-live="polite">
        {query.error && <p style={{ color: 'var(--bad)' }}>{errorSentence(query.error, t)}</p>}
        {query.data && (
          <>
            <p>{query.data.member ? t('segments.is_member') : t('segments.is_no_member')}</p>
            <VerdictTree verdict={query.data.because} />
          </>
        )}
      </div>
    </section>
  )
}
