import { Autocomplete } from '@mantine/core'
import { zones } from '../lib/locales'

interface Props {
  id?: string
  label: string
  description?: string
  value: string
  error?: string | undefined
  disabled?: boolean | undefined
  onChange: (zone: string) => void
}

/** A time zone by its name; some letters of it find it. */
export function ZonePick(props: Props) {
  return <Autocomplete {...props} data={zones} limit={20} />
}
