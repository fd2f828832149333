import { ActionIcon, Menu, NativeSelect } from '@mantine/core'
import { IconChartBar, IconDots, IconFileDownload, IconMail, IconPhoto, IconTable } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '../../lib/session'
import type { Report } from './api'
import { csvAddress } from './api'
import type { Ask } from './ask'
import type { Measure } from './measures'
import { measuresOf } from './measures'
import classes from './Reports.module.css'
import { SendDialog } from './SendDialog'
import type { ReportWords } from './words'

interface Props {
  report: Report
  ask: Ask
  words: ReportWords
  group: string | undefined
  measure: Measure | undefined
  asTable: boolean
  onView: (next: { group?: string; measure?: string; table?: boolean }) => void
  onPicture: (() => void) | undefined
}

/** By what the rows of a report are counted, what of them is drawn, and the ways to take it along. */
export function CardMenu({ report, ask, words, group, measure, asTable, onView, onPicture }: Props) {
  const { t } = useTranslation()
  const mayRead = usePermission('reports:read')
  const maySend = usePermission('notifications:write') && mayRead
  const [sending, setSending] = useState(false)
  const groups = report.params.find(({ name }) => name === 'group')?.options ?? []
  const measures = report.chart === 'bars' || report.chart === 'table' ? measuresOf(report) : []
  return (
    <div className={classes.tools}>
      {groups.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label={t('reports.by', { report: words.title(report) })}
          value={group}
          data={groups.map((name) => ({ value: name, label: words.group(name) }))}
          onChange={(event) => onView({ group: event.currentTarget.value })}
        />
      )}
      {!asTable && measures.length > 1 && measure && (
        <NativeSelect
          size="xs"
          aria-label={t('reports.what', { report: words.title(report) })}
          value={measure.key}
          data={measures.map(({ key, columns }) => ({
            value: key,
            label: columns
              .slice(0, 2)
              .map((column) => words.column(column, group))
              .join(', '),
          }))}
          onChange={(event) => onView({ measure: event.currentTarget.value })}
        />
      )}
      <ActionIcon
        variant="default"
        size={30}
        aria-pressed={asTable}
        aria-label={t('reports.as_table', { report: words.title(report) })}
        onClick={() => onView({ table: !asTable !== (report.chart === 'table') })}
      >
        {asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t('reports.take', { report: words.title(report) })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={csvAddress(report, ask, group)}
            download={`clarion-${report.id}.csv`}
            leftSection={<IconFileDownload size={15} aria-hidden />}
          >
            {t('reports.csv')}
          </Menu.Item>
          {onPicture && (
            <Menu.Item leftSection={<IconPhoto size={15} aria-hidden />} onClick={onPicture}>
              {t('reports.png')}
            </Menu.Item>
          )}
          {maySend && (
            <Menu.Item leftSection={<IconMail size={15} aria-hidden />} onClick={() => setSending(true)}>
              {t('reports.send')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {sending && (
        <SendDialog report={report} ask={ask} words={words} group={group} onClose={() => setSending(false)} />
      )}
    </div>
  )
}
