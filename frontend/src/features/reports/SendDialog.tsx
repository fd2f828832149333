import { SegmentedControl } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { useMe, usePermission } from '../../lib/session'
import { askedOf, type Report, scheduleReport, sendReport } from './api'
import { type Ask, times } from './ask'
import { Recipients, toOf } from './Recipients'
import classes from './Reports.module.css'
import { atOnce, ruleOf, When } from './When'
import type { ReportWords } from './words'

interface Props {
  report: Report
  ask: Ask
  words: ReportWords
  group: string | undefined
  onClose: () => void
}

const shown = ['recipients']

/** Sends a report as the page shows it, now or on a schedule: the same zone, filters and comparison. */
export function SendDialog({ report, ask, words, group, onClose }: Props) {
  const { t } = useTranslation()
  const own = useMe()?.member.recipient_id
  const [to, setTo] = useState(own ? [own] : [])
  const [format, setFormat] = useState<'table' | 'brief'>('table')
  const [sending, setSending] = useState(atOnce)
  const maySchedule = usePermission('schedules:write')
  const rule = ruleOf(sending)
  const faults = useFormFaults(shown)
  const send = useMutation({
    mutationFn: async () => {
      const asked = askedOf(report, ask, group)
      const order = { recipients: toOf(to), format }
      if (!rule) return sendReport(report.id, { ...order, params: texts({ ...asked, ...times(ask) }) })
      return scheduleReport({
        name: words.title(report),
        rule,
        zone: ask.zone,
        target: { kind: 'report', report: report.id, ...order, params: texts({ ...asked, span: ask.span }) },
      })
    },
    onError: faults.take,
    onSuccess: () => {
      sayDone(t(rule ? 'reports.scheduled' : 'reports.sent', { report: words.title(report) }))
      onClose()
    },
  })
  return (
    <ModalForm
      title={t('reports.send_title', { report: words.title(report) })}
      submit={t(rule ? 'reports.send_schedule' : 'reports.send_now')}
      busy={send.isPending}
      faults={faults}
      disabled={to.length === 0 || (rule !== undefined && sending.at === '')}
      onClose={onClose}
      onSubmit={() => send.mutate()}
    >
      <Recipients
        value={to}
        error={faults.of('recipients')}
        onChange={(next) => {
          setTo(next)
          faults.mend('recipients')
        }}
      />
      <SegmentedControl
        aria-label={t('reports.format')}
        value={format}
        onChange={(next) => setFormat(next as typeof format)}
        data={[
          { value: 'table', label: t('reports.format_table') },
          { value: 'brief', label: t('reports.format_brief') },
        ]}
      />
      {maySchedule && <When value={sending} zone={ask.zone} fixed={!ask.span} onChange={setSending} />}
      <p className={classes.note}>{t('reports.send_hint')}</p>
    </ModalForm>
  )
}

/** Parameters as the order of a letter takes them. */
const texts = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]))
