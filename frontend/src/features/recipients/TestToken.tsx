import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { Time } from '../../components/Time'
import { sayFailed } from '../../lib/notify'
import { useMintToken } from './api'
import classes from './RecipientPage.module.css'

/** A token for trying the inbox as this person: it opens their inbox to whoever holds it. */
export function TestToken({ id }: { id: string }) {
  const { t } = useTranslation()
  const mint = useMintToken(id)
  return (
    <section className={`card ${classes.section}`} aria-labelledby="token">
      <div className={classes.plain}>
        <h2 id="token">{t('recipients.token')}</h2>
        <Button
          variant="default"
          size="compact-xs"
          loading={mint.isPending}
          leftSection={<IconKey size={13} aria-hidden />}
          onClick={() => mint.mutate('inbox', { onError: (error) => sayFailed(error, t) })}
        >
          {t('recipients.token_make')}
        </Button>
      </div>
      <p className={classes.dim}>{t('recipients.token_intro')}</p>
      {mint.data && (
        <div className={classes.token}>
          <code className="cut">{mint.data.token}</code>
          <CopyButton text={mint.data.token} label={t('recipients.token_copy')} />
          <span className="dim">
            <Time at={mint.data.expires_at} />
          </span>
        </div>
      )}
    </section>
  )
}
