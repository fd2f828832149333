import { Button, Modal, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { StageChip } from '../../components/StageChip'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { DiffSections } from './DiffSections'
import { historyQuery, type Subject, useRollback } from './review'
import classes from './TemplatePage.module.css'

/** Every version, what differs from what is live, and the way back. */
export function Versions({ subject }: { subject: Subject }) {
  const { t } = useTranslation()
  const query = useQuery(historyQuery(subject))
  const [chosen, setChosen] = useState<Schema['ReviewVersion']>()
  return (
    <Answered of={query}>
      {(history) => (
        <div className={classes.versions}>
          <section className="card" aria-label={t('templates.versions')}>
            <Table aria-label={t('templates.versions')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('approvals.version')}</Table.Th>
                  <Table.Th>{t('column.status')}</Table.Th>
                  <Table.Th>{t('templates.last_edit')}</Table.Th>
                  <Table.Th>{t('templates.went_live')}</Table.Th>
                  <Table.Th>
                    <span className="unseen">{t('templates.compare')}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {history.versions.map((version) => (
                  <Table.Tr key={version.version}>
                    <Table.Td>v{version.version}</Table.Td>
                    <Table.Td>
                      <StageChip stage={version.state} />
                    </Table.Td>
                    <Table.Td>
                      {history.names[version.updated_by] || version.updated_by}{' '}
                      <Time at={version.updated_at} className="dim" />
                    </Table.Td>
                    <Table.Td>{version.published_at && <Time at={version.published_at} />}</Table.Td>
                    <Table.Td>
                      <Button variant="subtle" onClick={() => setChosen(version)}>
                        {t('templates.compare')}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
          <Moves history={history} />
          <Compare subject={subject} version={chosen} onClose={() => setChosen(undefined)} />
        </div>
      )}
    </Answered>
  )
}

/** Every move of what is live, and who moved it. */
function Moves({ history }: { history: Schema['ReviewHistory'] }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.moves}`} aria-labelledby="moves">
      <h2 id="moves">{t('templates.moves')}</h2>
      <ul>
        {history.publications.map(({ id, how, version, by, at, note }) => (
          <li key={id}>
            {t(`templates.how_${how}`, { version, by: history.names[by] || by })} <Time at={at} className="dim" />
            {note && <div className="dim">{note}</div>}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface CompareProps {
  subject: Subject
  version: Schema['ReviewVersion'] | undefined
  onClose: () => void
}

function Compare({ subject, version, onClose }: CompareProps) {
  const { t } = useTranslation()
  const approves = usePermission('content:approve')
  const rollback = useRollback(subject)
  const live = subject.review.live_version
  const number = version?.version ?? 0
  const may = approves && version?.state === 'retired'
  return (
    <Modal
      size="80%"
      opened={version !== undefined}
      onClose={onClose}
      title={t('templates.compare_title', { version: number, live })}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      {version && <DiffSections way={subject} from={live} to={number} />}
      {may && (
        <Button
          mt="md"
          loading={rollback.isPending}
          onClick={() =>
            rollback.mutate(number, {
              onSuccess: () => {
                onClose()
                sayDone(t('templates.rolled_back', { version: number }))
              },
              onError: (error) => sayFailed(error, t),
            })
          }
        >
          {t('templates.roll_back', { version: number })}
        </Button>
      )}
    </Modal>
  )
}
