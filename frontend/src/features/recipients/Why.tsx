import { Button, Group, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { VerdictTree } from '../../components/conditions/VerdictTree'
import { Door } from '../../components/Door'
import type { Schema } from '../../lib/api'
import { sentenceOfDecision } from '../../lib/decision-sentences'
import { doors } from '../../lib/doors'
import { errorSentence } from '../../lib/sentences'
import { useSearchWords } from '../../lib/use-search'
import { whyQuery } from './api'
import classes from './RecipientPage.module.css'

/** Why somebody got a message of an event, or why not. The event is kept in the address bar. */
export function Why({ id }: { id: string }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const event = search.event ?? ''
  const [text, setText] = useState(event)
  const query = useQuery(whyQuery(id, event))
  const ask = (submit: FormEvent) => {
    submit.preventDefault()
    setSearch({ ...search, event: text.trim() }, { replace: true })
  }
  return (
    <section className={`card ${classes.section}`} aria-labelledby="why">
      <h2 id="why">{t('recipients.why')}</h2>
      <p className={classes.dim}>{t('recipients.why_intro')}</p>
      <form onSubmit={ask}>
        <Group gap={8} mt={8} align="flex-end">
          <TextInput
            flex={1}
            size="xs"
            aria-label={t('filter.event')}
            placeholder="evt_…"
            value={text}
            onChange={(change) => setText(change.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={query.isFetching} disabled={text.trim() === ''}>
            {t('recipients.why_ask')}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {query.error && (
          <p className={classes.answer} style={{ color: 'var(--bad)' }}>
            {errorSentence(query.error, t)}
          </p>
        )}
        {query.data && <Answer why={query.data} />}
      </div>
    </section>
  )
}

function Answer({ why }: { why: Schema['Why'] }) {
  const { t } = useTranslation()
  return (
    <>
      <p className={classes.answer}>{why.answer}</p>
      {why.lists.map(({ kind, key, exists, member, because }) => (
        <div key={`${kind} ${key}`}>
          <p className={classes.answer}>
            <Door door={kind === 'group' ? doors.group(key) : doors.segment(key)}>{`${t(`kind.${kind}`)} ${key}`}</Door>{' '}
            {t(exists ? (member ? 'recipients.on_list' : 'recipients.off_list') : 'recipients.list_gone')}
          </p>
          {because && <VerdictTree verdict={because} />}
        </div>
      ))}
      {why.notifications.map((notification) => (
        <div key={notification.id}>
          <Door door={doors.messages({ q: notification.id })}>{notification.workflow}</Door>
          <ul className={classes.list}>
            {notification.decisions?.map((decision) => (
              <li key={`${decision.step} ${decision.channel ?? ''} ${decision.rule ?? ''}`}>
                {decision.channel && `${t(`channel.${decision.channel}`)}: `}
                {sentenceOfDecision(decision, t).text ||
                  t(`recipients.decision_${decision.outcome === 'pass' ? 'pass' : 'stop'}`)}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  )
}
