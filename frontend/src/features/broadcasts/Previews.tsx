import { Button, NativeSelect } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { RecipientPick } from '../../components/RecipientPick'
import { usePermission } from '../../lib/session'
import { type Broadcast, type Previewed, previewQuery } from './api'
import { Person } from './Person'
import classes from './Previews.module.css'
import { TestSend } from './TestSend'

type Message = Previewed['messages'][number]

/** What some of the audience would get, in the words they would read; and what any one person would. */
export function Previews({ of, list }: { of: Broadcast; list: Previewed[] }) {
  const { t } = useTranslation()
  const [channel, setChannel] = useState('')
  const [locale, setLocale] = useState('')
  const [person, setPerson] = useState('')
  const [testing, setTesting] = useState(false)
  const writes = usePermission('notifications:write')
  const one = useQuery(previewQuery(of, person))
  const all = list.flatMap(({ messages }) => messages)
  const fits = (message: Message) => (!channel || message.channel === channel) && (!locale || message.locale === locale)
  const seen = list.filter(({ messages }) => messages.some(fits))
  if (list.length === 0) return null
  const channels = [...new Set(all.map((message) => message.channel))]
  const locales = [...new Set(all.map((message) => message.locale).filter(Boolean))]
  return (
    <section aria-label={t('broadcasts.previews')}>
      <div className={classes.head}>
        <h3>{t('broadcasts.previews')}</h3>
        {writes && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconSend size={14} aria-hidden />}
            onClick={() => setTesting(true)}
          >
            {t('broadcasts.test')}
          </Button>
        )}
      </div>
      <div className={classes.picks}>
        <NativeSelect
          label={t('broadcasts.preview_channel')}
          value={channel}
          onChange={(event) => setChannel(event.currentTarget.value)}
          data={[
            { value: '', label: t('broadcasts.preview_every_channel') },
            ...channels.map((value) => ({ value: value as string, label: t(`channel.${value}`) })),
          ]}
        />
        {locales.length > 1 && (
          <NativeSelect
            label={t('broadcasts.preview_locale')}
            value={locale}
            onChange={(event) => setLocale(event.currentTarget.value)}
            data={[{ value: '', label: t('broadcasts.preview_every_locale') }, ...locales]}
          />
        )}
        <RecipientPick label={t('broadcasts.preview_person')} value={person} onChange={setPerson} />
      </div>
      {person && (
        <Answered of={one}>
          {(found) => (
            <div className={classes.people}>
              {found.people.map((each) => (
                <Person key={each.recipient.id} of={each} fits={() => true} outside={!found.in_audience} />
              ))}
            </div>
          )}
        </Answered>
      )}
      {person && (
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => setPerson('')}>
            {t('broadcasts.preview_sample')}
          </Button>
        </div>
      )}
      {!person && (
        <div className={classes.people}>
          {seen.map((each) => (
            <Person key={each.recipient.id} of={each} fits={fits} />
          ))}
        </div>
      )}
      {testing && <TestSend of={of} onClose={() => setTesting(false)} />}
    </section>
  )
}
