import { useTranslation } from 'react-i18next'
import { fullTime, useShownZone } from '../../lib/time'
import { dayText, kindOf } from './attribute-kind'

/** A value of somebody's data as people read it: by what it is. */
export function AttributeValue({ value }: { value: unknown }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  switch (kindOf(value)) {
    case 'boolean':
      return t(value ? 'segments.yes' : 'segments.no')
    case 'number':
      return new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 15 }).format(value as number)
    case 'date': {
      const text = value as string
      return (
        <time dateTime={text}>
          {text.length === 10 ? dayText(text, i18n.language) : fullTime(new Date(text), i18n.language)}
        </time>
      )
    }
    case 'list':
      return (value as unknown[]).map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', ')
    case 'string':
      return value as string
    default:
      return <code>{JSON.stringify(value)}</code>
  }
}
