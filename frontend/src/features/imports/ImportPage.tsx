import { Button, Progress } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { headingsQuery, type Import, importQuery, useMove, works } from '../../lib/imports'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import classes from './Imports.module.css'
import { Mapping } from './Mapping'
import { Outcome } from './Outcome'
import { StateChip } from './StateChip'

export function ImportPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(importQuery(id))
  return (
    <Answered of={query} page>
      {(found) => <One of={found} />}
    </Answered>
  )
}

/** One file: its mapping, what is wrong with its rows, and how far it has come. */
function One({ of }: { of: Import }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const mayWrite = usePermission('recipients:write')
  const open = of.state === 'uploading' || of.state === 'checked'
  const cancel = mayWrite && (open || works(of)) && (
    <Button
      variant="default"
      loading={move.isPending}
      onClick={() => move.mutate({ to: 'cancel' }, { onError: (error) => sayFailed(error, t) })}
    >
      {t('imports.cancel')}
    </Button>
  )
  return (
    <>
      <PageHeader title={of.name} intro={t(`imports.hint_${of.state}`)} mark={<StateChip state={of.state} />}>
        <CurlButton path={`/v1/recipient-imports/${of.id}`} />
        {cancel}
      </PageHeader>
      <div className={classes.page}>
        {works(of) && <Work of={of} />}
        {of.state !== 'uploading' && of.state !== 'checking' && <Outcome of={of} mayWrite={mayWrite} />}
        {open && mayWrite && <Columns of={of} />}
      </div>
    </>
  )
}

function Columns({ of }: { of: Import }) {
  const query = useQuery(headingsQuery(of.id))
  return <Answered of={query}>{(headings) => <Mapping of={of} headings={headings} />}</Answered>
}

function Work({ of }: { of: Import }) {
  const { t } = useTranslation()
  const share = of.size ? (100 * of.read) / of.size : 0
  return (
    <section className={`card ${classes.work}`} aria-live="polite">
      <p>
        {of.state === 'checking'
          ? t('imports.checked_so_far', { rows: of.rows.toLocaleString(), faulty: of.faulty.toLocaleString() })
          : t('imports.stored_so_far', {
              stored: of.stored.toLocaleString(),
              rows: (of.rows - of.faulty).toLocaleString(),
            })}
      </p>
      <Progress value={share} animated aria-label={t(`imports.state_${of.state}`)} />
    </section>
  )
}
