import type { i18n } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useIntegrationName } from '../../lib/integrations'
import { useCategoryName, useSourceName } from '../../lib/names'
import { channels, isOneOf, priorities, skipReasons, statuses, suppressionReasons } from '../../lib/words'
import type { Report, ReportColumn, Value } from './api'
import { rest } from './doors'

/** A text by a key that may not be there: reports come from the server, and may be newer than the catalogue. */
function word({ exists, t }: i18n, path: string, fallback: string): string {
  return exists(path) ? t(path as never as 'reports.title') : fallback
}

/** The words of reports in the language of the page, else those of the server. */
export function useReportWords() {
  const { i18n, t } = useTranslation()
  const integration = useIntegrationName()
  const category = useCategoryName()
  const source = useSourceName()
  const language = i18n.language
  return useMemo(() => {
    const called: Record<string, (value: string) => string> = {
      integration,
      category,
      source,
      channel: (value) => (isOneOf(channels, value) ? t(`channel.${value}`) : value),
      priority: (value) => (isOneOf(priorities, value) ? t(`priority.${value}`) : value),
      status: (value) => (isOneOf(statuses, value) ? t(`status.${value}`) : word(i18n, `report_value.${value}`, value)),
      stage: (value) => (isOneOf(statuses, value) ? t(`status.${value}`) : word(i18n, `report_value.${value}`, value)),
      reason: (value) =>
        isOneOf(skipReasons, value)
          ? t(`reason_short.${value}`)
          : isOneOf(suppressionReasons, value)
            ? t(`suppression_reason.${value}`)
            : value,
    }
    return {
      language,
      title: ({ id, title }: Report) => word(i18n, `report_title.${id}`, title),
      question: ({ id, question }: Report) => word(i18n, `report_question.${id}`, question),
      column: ({ name, title }: ReportColumn, group?: string) =>
        name === 'group' && group
          ? word(i18n, `report_column.${group}`, group)
          : word(i18n, `report_column.${name}`, title),
      group: (name: string) => word(i18n, `report_column.${name}`, name),
      lack: ({ code, detail }: { code: string; detail: string }) => word(i18n, `report_lack.${code}`, detail),
      /** A text in a cell; the column, or the group it stands for, says what it is. */
      value: (value: Value, column: string, group?: string): string => {
        if (value === null || value === '') return t('reports.none')
        if (value === rest) return t('reports.rest')
        return called[column === 'group' ? (group ?? '') : column]?.(String(value)) ?? String(value)
      },
    }
  }, [i18n, t, integration, category, source, language])
}

export type ReportWords = ReturnType<typeof useReportWords>
