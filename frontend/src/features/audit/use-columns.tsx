import { IconHelpCircle } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { shortId } from '../../components/Id'
import type { Column } from '../../components/list/column'
import { Time } from '../../components/Time'
import classes from './AuditPage.module.css'
import { actionWords } from './action-words'
import type { AuditRecord } from './api'

/** How a list of audit records looks. */
export function useColumns(): Column<AuditRecord>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        key: 'action',
        name: t('audit.action'),
        lead: true,
        cell: (record) => (
          <>
            {actionWords(record.action, t)} <code className={classes.action}>{record.action}</code>
            {record.outcome && (
              <>
                {' '}
                <Chip tone="warn" icon={IconHelpCircle} title={t('audit.unknown_text')}>
                  {t('audit.unknown')}
                </Chip>
              </>
            )}
          </>
        ),
        csv: (record) => record.action,
      },
      {
        key: 'target',
        name: t('audit.target'),
        width: 220,
        cell: (record) => <span title={record.target.id}>{record.target.name || shortId(record.target.id)}</span>,
        csv: (record) => record.target.id,
      },
      {
        key: 'actor',
        name: t('audit.actor'),
        width: 150,
        cell: (record) => record.actor.name,
        csv: (record) => record.actor.name,
      },
      {
        key: 'ip',
        name: t('audit.ip'),
        width: 140,
        dim: true,
        cell: (record) => record.ip,
        csv: (record) => record.ip,
      },
      {
        key: 'at',
        name: t('audit.at'),
        width: 140,
        right: true,
        dim: true,
        above: true,
        cell: (record) => <Time at={record.at} />,
        csv: (record) => record.at,
      },
    ],
    [t],
  )
}
