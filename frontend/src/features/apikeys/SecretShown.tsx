import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { doors } from '../../lib/doors'
import type { NewApiKey } from './api'
import { firstCall } from './first-call'
import classes from './SecretShown.module.css'

/** The secret of a new key with a call that uses it. It is shown nowhere again. */
export function SecretShown({ made }: { made: NewApiKey }) {
  const { t } = useTranslation()
  // It takes the place of the form, and the focus with it.
  const whole = useRef<HTMLElement>(null)
  useLayoutEffect(() => whole.current?.focus(), [])
  const call = firstCall(made, location.origin)
  return (
    <section ref={whole} tabIndex={-1} className={`card ${classes.card}`} aria-label={t('apikeys.secret')}>
      <h2>{t('apikeys.secret')}</h2>
      <p className={classes.warn}>{t('apikeys.secret_once')}</p>
      <div className={classes.line}>
        <code className={classes.secret}>{made.secret}</code>
        <CopyButton text={made.secret} label={t('apikeys.copy_secret')} />
      </div>
      <div className={classes.head}>
        <h3>{t('apikeys.first_call')}</h3>
        <CopyButton text={call} label={t('act.copy_curl')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
      <pre className={classes.call} tabIndex={0}>
        {call}
      </pre>
      <Group gap={8} mt={12}>
        <Button component={Link} to={doors.apiKey(made.id).to} variant="default">
          {t('apikeys.show_key')}
        </Button>
        <Button component={Link} to="/settings/api-keys" variant="default">
          {t('apikeys.show_all')}
        </Button>
      </Group>
    </section>
  )
}
